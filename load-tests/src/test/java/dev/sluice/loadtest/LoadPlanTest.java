package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.loadtest.wire.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    @Test
    void pathsFollowUrlModelAndVersion() {
        LoadPlan plan = LoadPlan.builder(URI.create("http://host:8080/base/"), "my model/1")
                .version("2")
                .build();

        assertThat(plan.path(plan.targets().get(0))).isEqualTo("/base/v2/models/my%20model%2F1/versions/2");
        assertThat(plan.serverPath()).isEqualTo("/base/v2");
    }

    @Test
    void endpointFollowsTheScheme() {
        assertThat(LoadPlan.builder(URI.create("http://host"), "m").build().endpoint())
                .isEqualTo(new Endpoint("host", 80, false));
        assertThat(Endpoint.of(URI.create("https://host:8443/base")).authority())
                .isEqualTo("host:8443");
        assertThat(Endpoint.of(URI.create("https://host")).authority()).isEqualTo("host");
        assertThat(Endpoint.of(URI.create("http://[::1]:81")).authority()).isEqualTo("[::1]:81");
    }

    @Test
    void stagesBringTheirOwnDuration() {
        LoadPlan plan = LoadFixtures.plan()
                .arrivals(new Arrivals.Staged(Stage.parseAll("10x2s,10..20x3s"), false))
                .build();

        assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(5));
        assertThat(plan.stages()).hasSize(2);
    }

    @Test
    void targetsHaveNamesOfTheirOwnAndGoalsNameOneOfThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadFixtures.plan().target(LoadTarget.of("m")).build())
                .withMessage("two targets are called 'm'; give them names with --name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadFixtures.plan().slo(Slo.parse("x:p99=1s")).build())
                .withMessage("the goal 'x: p99 <= 1.00 s' must be about one of [m], got 'x'");
    }

    @Test
    void headersCannotSmuggleOthers() {
        LoadTarget target = LoadTarget.of("m");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadTarget("m", "m", null, 1, target.body(), Map.of("X-A", "b\r\nX-C: d")))
                .withMessageStartingWith("a header must be a name and a value of printable ASCII, got 'X-A: b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadTarget("m", "m", null, 1, target.body(), Map.of("content-Length", "1")))
                .withMessage("the header content-Length is set by the generator itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadTarget("a b", "m", null, 1, target.body(), Map.of()))
                .withMessage(
                        "a target's name must be of letters, digits and . - _ / @, got 'a b'; set one with --name");
    }

    @Test
    void rejectsValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadPlan.builder(URI.create("host:8080"), "m").build())
                .withMessage("url must look like http://host:port, got 'host:8080'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadFixtures.plan().duration(Duration.ZERO).build())
                .withMessage("duration must be longer than 0, got PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadFixtures.plan().loops(0).build())
                .withMessage("loops must be between 1 and 64, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Arrivals.Poisson(0))
                .withMessage("rate must be above 0 and at most 1000000 requests per second, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Arrivals.Closed(0))
                .withMessage("connections must be between 1 and 65536, got 0");
    }
}
