package dev.sluice.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.RouteTable;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.repository.Intent;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final ModelDefinition FAULTY = new ModelDefinition(
            "m", Path.of("m"), ModelConfig.DEFAULT, List.of(), List.of("model.yaml:3: bad"), List.of());

    private final ManagerFixture f = new ManagerFixture();

    @AfterEach
    void close() {
        f.close();
    }

    private RouteDecision route() {
        return RouteTable.compile(1, Map.of(), Availability.of(f.manager.snapshot(), Map.of()))
                .decide(new ModelRef("m"), "key");
    }

    @Test
    void whatServesGoesOnThoughItsConfigurationIsFaultyNow() {
        f.reconcile(ManagerFixture.versions(1));

        f.reconcile(FAULTY);

        assertThat(route())
                .isEqualTo(new RouteDecision.Routed(new ModelKey("m", 1), "default", RouteDecision.Reason.ROUTE));
    }

    @Test
    void aModelThatNeverServedSaysWhatIsWrong() {
        f.reconcile(FAULTY);

        assertThat(route()).isEqualTo(new RouteDecision.Unavailable("model 'm' cannot be served: model.yaml:3: bad"));
    }

    @Test
    void aModelThatIsToBeUnloadedServesNoMore() {
        f.reconcile(ManagerFixture.versions(1).with(new Intent(true, Set.of(), Set.of())));

        assertThat(route()).isInstanceOf(RouteDecision.Unavailable.class);
    }
}
