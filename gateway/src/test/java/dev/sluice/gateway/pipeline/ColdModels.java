package dev.sluice.gateway.pipeline;

import static java.util.Objects.requireNonNull;

import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.routing.Router;
import dev.sluice.gateway.control.RoutePublisher;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelListener;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.model.ModelKey;
import dev.sluice.model.TensorPool;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A pipeline over fake models that are loaded on demand, whose loads end when a test says so.
 *
 * <p>Threading: as the pipeline; the rest is the test's.
 */
public final class ColdModels implements AutoCloseable {
    static final int PERMITS = 8;
    static final int WAITING_MAX = 2;

    private final ManagerFixture fixture = new ManagerFixture();
    private final Router router = new Router(Map.of());
    private final AdmissionControl admission = new AdmissionControl(PERMITS);
    private final AwaitedLoads loads = new AwaitedLoads(fixture.manager, WAITING_MAX);
    private final InferencePipeline pipeline = new InferencePipeline(
            admission,
            router,
            new Breakers(router, Clock.systemUTC(), loads::begin),
            fixture.manager,
            loads,
            new ModelRunner(),
            (key, nanos, failure) -> {},
            RequestInspector.none(),
            InputLog.none());
    private final List<CountDownLatch> gates;

    /** Models of these names, each with a version 1 that nobody has asked for yet. */
    public ColdModels(String... names) {
        RoutePublisher routes = new RoutePublisher(fixture.manager, router);
        fixture.manager.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {}

            @Override
            public void published(ServingSnapshot snapshot) {
                routes.publish();
            }
        });
        gates = Arrays.stream(names)
                .map(name -> fixture.loader.gate(new ModelKey(name, 1)))
                .toList();
        fixture.reconcile(Arrays.stream(names).map(ColdModels::onDemand).toArray(ModelDefinition[]::new));
    }

    private static ModelDefinition onDemand(String name) {
        ModelConfig base = ManagerFixture.versions(1).config();
        ModelConfig config = new ModelConfig(
                base.versions(),
                base.batching(),
                base.runtime(),
                base.features(),
                base.labels(),
                new ServingConfig(true, 0, Optional.empty()),
                base.gate(),
                BreakerConfig.DEFAULT,
                Optional.empty(),
                MonitoringConfig.OFF);
        return ManagerFixture.definition(name, config, 1);
    }

    public InferencePipeline pipeline() {
        return pipeline;
    }

    AwaitedLoads loads() {
        return loads;
    }

    public TensorPool pool() {
        return fixture.pool;
    }

    /** Requests that wait for a load. */
    public int waiting() {
        return loads.waiting();
    }

    /** Requests that hold a permit. */
    public int admitted() {
        return admission.inUse();
    }

    public ModelState state(String name) {
        return requireNonNull(fixture.manager.snapshot().status(new ModelKey(name, 1)))
                .state();
    }

    /** How many wait for the load of that model, as the manager sees it; begins it if it is not under way. */
    int listeners(String name) {
        CompletableFuture<?> load =
                fixture.manager.awaken(new ModelKey(name, 1)).toCompletableFuture();
        return load.getNumberOfDependents();
    }

    /** Every load that was begun. */
    List<ModelKey> begun() {
        return fixture.loader.loads();
    }

    /** Loads that are under way end, and others do at once. */
    void letLoad() {
        gates.forEach(CountDownLatch::countDown);
    }

    @Override
    public void close() {
        letLoad();
        fixture.close();
    }
}
