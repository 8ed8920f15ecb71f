package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    @Test
    void pathsFollowUrlModelAndVersion() {
        LoadPlan plan = LoadPlan.builder(URI.create("http://host:8080/base/"), "my model/1")
                .version("2")
                .build();

        assertThat(plan.modelPath()).isEqualTo("/base/v2/models/my%20model%2F1/versions/2");
        assertThat(plan.serverPath()).isEqualTo("/base/v2");
    }

    @Test
    void portDefaultsToThatOfHttp() {
        assertThat(LoadPlan.builder(URI.create("http://host"), "m").build().port())
                .isEqualTo(80);
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
