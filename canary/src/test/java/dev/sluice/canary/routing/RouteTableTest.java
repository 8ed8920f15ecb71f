package dev.sluice.canary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.routing.RouteDecision.Reason;
import dev.sluice.canary.routing.RouteDecision.Routed;
import dev.sluice.canary.routing.RouteDecision.Unavailable;
import dev.sluice.canary.routing.RouteDecision.Unknown;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.VersionSelector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final ModelAvailability FRAUD = new ModelAvailability(
            new TreeSet<>(List.of(1L, 3L)),
            new TreeSet<>(),
            new TreeMap<>(Map.of(4L, "quarantined at step graph: no outputs")),
            Map.of("champion", 1L, "next", 4L),
            "");
    private final RouteTable table = RouteTable.compile(
            7,
            Map.of(),
            Map.of(
                    "fraud",
                    FRAUD,
                    "broken",
                    new ModelAvailability(
                            new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), Map.of(), "model.yaml:3: bad"),
                    "loading",
                    new ModelAvailability(
                            new TreeSet<>(), new TreeSet<>(), new TreeMap<>(Map.of(1L, "loading")), Map.of(), "")));

    @Test
    void sendsAModelWithoutARouteToItsNewestReadyVersion() {
        assertThat(decide("fraud", "")).isEqualTo(new Routed(new ModelKey("fraud", 3), "default", Reason.ROUTE));
    }

    @Test
    void wakesAVersionThatIsNewerThanWhatServes() {
        TreeSet<Long> two = new TreeSet<>(List.of(2L));
        ModelAvailability newerRests =
                new ModelAvailability(new TreeSet<>(List.of(1L)), two, new TreeMap<>(), Map.of(), "");
        ModelAvailability olderRests =
                new ModelAvailability(new TreeSet<>(List.of(3L)), two, new TreeMap<>(), Map.of(), "");
        RouteTable routes = RouteTable.compile(1, Map.of(), Map.of("a", newerRests, "b", olderRests));

        assertThat(routes.decide(new ModelRef("a"), "")).isEqualTo(new RouteDecision.Dormant(new ModelKey("a", 2)));
        assertThat(routes.decide(new ModelRef("b"), ""))
                .isEqualTo(new Routed(new ModelKey("b", 3), "default", Reason.ROUTE));
    }

    @Test
    void honoursAPinnedVersionAndLabel() {
        assertThat(decide("fraud", "1")).isEqualTo(new Routed(new ModelKey("fraud", 1), "pinned", Reason.PINNED));
        assertThat(decide("fraud", "champion"))
                .isEqualTo(new Routed(new ModelKey("fraud", 1), "pinned", Reason.PINNED));
    }

    @Test
    void saysWhyAKnownVersionDoesNotServe() {
        assertThat(decide("fraud", "4"))
                .isEqualTo(new Unavailable(
                        "version 4 of model 'fraud' is not ready: quarantined at step graph: no outputs"));
        assertThat(decide("fraud", "next")).isInstanceOf(Unavailable.class);
        assertThat(decide("loading", ""))
                .isEqualTo(new Unavailable("model 'loading' has no version that is ready (version 1: loading)"));
        assertThat(decide("broken", ""))
                .isEqualTo(new Unavailable("model 'broken' cannot be served: model.yaml:3: bad"));
    }

    @Test
    void listsWhatThereIsWhenSomethingIsNotKnown() {
        assertThat(decide("froud", ""))
                .isEqualTo(new Unknown("model 'froud' is not known; available: broken, fraud, loading"));
        assertThat(decide("fraud", "9"))
                .isEqualTo(new Unknown(
                        "model 'fraud' has no version 9; versions ready: [1, 3], labels: {champion=1, next=4}"));
        assertThat(decide("fraud", "beta"))
                .isEqualTo(
                        new Unknown(
                                "model 'fraud' has no version or label 'beta'; versions ready: [1, 3], labels: {champion=1, next=4}"));
    }

    @Test
    void namesTheArmOfASplit() {
        Route split = new Route(
                "fraud",
                new TrafficSplit(List.of(
                        new TrafficSplit.Arm("stable", new VersionSelector.Label("champion"), 0),
                        new TrafficSplit.Arm("canary", new VersionSelector.Exact(3), 10_000))));

        RouteDecision decision = RouteTable.compile(8, Map.of("fraud", split), Map.of("fraud", FRAUD))
                .decide(new ModelRef("fraud"), "key");

        assertThat(decision).isEqualTo(new Routed(new ModelKey("fraud", 3), "canary", Reason.SPLIT));
    }

    @Test
    void routerPublishesNumberedTables() {
        Router router = new Router(Map.of());

        assertThat(router.decide(new ModelRef("fraud"), "k")).isInstanceOf(Unknown.class);
        router.modelsChanged(Map.of("fraud", ModelAvailability.ready(List.of(2L))));
        router.routesChanged(Map.of());

        assertThat(router.decide(new ModelRef("fraud"), "k")).isInstanceOf(Routed.class);
        assertThat(router.table().number()).isEqualTo(2);
    }

    private RouteDecision decide(String model, String version) {
        return table.decide(new ModelRef(model, VersionSelector.parse(version)), "key");
    }
}
