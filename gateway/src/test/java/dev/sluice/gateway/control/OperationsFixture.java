package dev.sluice.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.routing.Router;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelListener;
import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.state.StateStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;

/**
 * Operations on a manager over fake models, with a state in memory.
 *
 * <p>Threading: thread-safe.
 */
final class OperationsFixture implements AutoCloseable {
    static final String ACTOR = "test";

    final ManagerFixture fixture;
    final StateStore state = StateStore.inMemory();
    final RoutePublisher routes;
    final ModelOperations operations;

    /** What lies in the repository. */
    volatile List<ModelDefinition> found = List.of();

    /** Whether the repository cannot be read. */
    volatile boolean unreadable;

    OperationsFixture() {
        this(ResourceBudget.unlimited());
    }

    OperationsFixture(ResourceBudget budget) {
        fixture = new ManagerFixture(budget);
        routes = new RoutePublisher(fixture.manager, new Router(Map.of()));
        operations = new ModelOperations(this::scan, fixture.manager, state, routes, () -> Instant.EPOCH);
        fixture.manager.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {
                operations.versionChanged(event);
            }

            @Override
            public void published(ServingSnapshot snapshot) {
                routes.publish();
            }
        });
    }

    private List<ModelDefinition> scan() {
        if (unreadable) {
            throw new RepositoryException("repository folder models cannot be read: gone");
        }
        return found;
    }

    /** Starts with these in the repository. */
    void serve(ModelDefinition... definitions) {
        found = List.of(definitions);
        operations.adopt(found);
        done(operations.rescan());
    }

    /** The version of model m that requests go to by default; 0 = none. */
    long routed() {
        return routes.defaultVersion("m").orElse(0);
    }

    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the operation did not end", e);
        }
    }

    static AbstractThrowableAssert<?, ?> assertRefused(ErrorCode code, ThrowableAssert.ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    static void await(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10)) {
                throw new AssertionError("waited in vain");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Model m with the newest version wanted, and none kept behind it. */
    static ModelDefinition newest(long... versions) {
        return configured(new ServingConfig(false, 0, Optional.empty()), versions);
    }

    /** Model m with the newest version wanted, once it is asked for. */
    static ModelDefinition onDemand(long... versions) {
        return configured(new ServingConfig(true, 1, Optional.empty()), versions);
    }

    /** Model m with the newest version wanted. */
    static ModelDefinition configured(ServingConfig serving, long... versions) {
        ModelConfig config = ManagerFixture.versions(1).config();
        return ManagerFixture.definition(
                "m",
                new ModelConfig(
                        new VersionPolicy.Latest(1),
                        config.batching(),
                        config.runtime(),
                        config.features(),
                        config.labels(),
                        serving,
                        config.gate(),
                        config.breaker(),
                        config.transform(),
                        config.monitoring()),
                versions);
    }

    @Override
    public void close() {
        operations.close();
        fixture.close();
        state.close();
    }
}
