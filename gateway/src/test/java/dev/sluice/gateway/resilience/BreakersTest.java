package dev.sluice.gateway.resilience;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.routing.ModelAvailability;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.canary.routing.Router;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.fakes.FakeModelLoader;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelListener;
import dev.sluice.loader.lifecycle.ResourceBudget;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.Device;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import dev.sluice.model.NanoClock;
import dev.sluice.model.VersionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakersTest {
    private static final BreakerConfig CONFIG = new BreakerConfig(true, 4, 4, 50, Duration.ofSeconds(30), 1);
    private static final ModelRef ROUTED = new ModelRef("m");

    private final FakeClock clock = new FakeClock();
    private final List<ModelKey> woken = new ArrayList<>();
    private final Router router = new Router(Map.of());
    private final Breakers breakers = new Breakers(router, clock, woken::add);
    private final ManagerFixture fixture = new ManagerFixture();
    private final Map<Long, StageObserver> recorders = new HashMap<>();

    @BeforeEach
    void listen() {
        listen(fixture);
    }

    private void listen(ManagerFixture models) {
        models.manager.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {
                breakers.modelsChanged(event, models.manager.snapshot());
            }

            @Override
            public void published(ServingSnapshot snapshot) {
                breakers.published(snapshot);
            }
        });
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ModelConfig config(ServingConfig serving, BreakerConfig breaker) {
        ModelConfig base = ManagerFixture.versions(1).config();
        return new ModelConfig(
                new VersionPolicy.All(),
                base.batching(),
                base.runtime(),
                base.features(),
                base.labels(),
                serving,
                base.gate(),
                breaker,
                Optional.empty(),
                MonitoringConfig.OFF);
    }

    private static ModelDefinition onDemand(String name) {
        return ManagerFixture.definition(name, config(new ServingConfig(true, 0, Optional.empty()), CONFIG), 1);
    }

    private void serve(@Nullable String fallback, BreakerConfig config, long... versions) {
        Optional<VersionSelector> selector = Optional.ofNullable(fallback).map(VersionSelector::parse);
        ModelConfig model = config(new ServingConfig(false, 1, selector), config);
        TreeSet<Long> ready = new TreeSet<>();
        for (long version : versions) {
            ready.add(version);
            recorders.put(version, breakers.recording(ManagerFixture.key(version), StageObserver.none()));
        }
        fixture.reconcile(ManagerFixture.definition("m", model, versions));
        router.modelsChanged(Map.of(
                "m",
                new ModelAvailability(ready, new TreeSet<>(), new TreeMap<>(), Map.of("candidate", ready.last()), "")));
    }

    private static void fail(StageObserver recorder) {
        for (int i = 0; i < 4; i++) {
            recorder.ended(0, 0, InferTiming.NONE, ErrorCode.MODEL_FAILED);
        }
    }

    private void fail(long version) {
        fail(requireNonNull(recorders.get(version)));
    }

    private @Nullable Detour ask(ModelRef ref) {
        return breakers.detour(ref, router.route(ref, ""));
    }

    private static ModelRef pinned(String version) {
        return new ModelRef("m", VersionSelector.parse(version));
    }

    private void refuses(ModelRef ref, String message) {
        assertThatThrownBy(() -> ask(ref)).isInstanceOfSatisfying(InferenceException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
            assertThat(refusal).hasMessage(message);
            assertThat(refusal.retryAfterSeconds()).isEqualTo(30);
        });
    }

    @Test
    void aRequestGoesWhereItWasRoutedWhileTheBreakerIsClosed() {
        serve("1", CONFIG, 1, 2);

        assertThat(ask(ROUTED)).isNull();
        assertThat(breakers.reason(ManagerFixture.key(2))).isEmpty();
    }

    @Test
    void theFallbackAnswersForAVersionThatFailsAgainAndAgain() {
        serve("1", CONFIG, 1, 2);

        fail(2);
        Detour detour = requireNonNull(ask(ROUTED));

        assertThat(detour.isTrial()).isFalse();
        assertThat(detour.routed())
                .isEqualTo(new RouteDecision.Routed(new ModelKey("m", 1), "fallback", RouteDecision.Reason.FALLBACK));
        assertThat(breakers.reason(ManagerFixture.key(2)))
                .isEqualTo("circuit breaker open since 2026-01-31T12:00:00Z: 4 of the last 4 requests failed; "
                        + "falls back to version 1");
        assertThat(requireNonNull(breakers.report(ManagerFixture.key(2))).fallbackCount())
                .isEqualTo(1);
        assertThat(ask(pinned("1"))).as("the others are not concerned").isNull();
    }

    @Test
    void aLabelFallsBackToo() {
        serve("1", CONFIG, 1, 2);

        fail(2);

        assertThat(requireNonNull(ask(pinned("candidate"))).routed().key()).isEqualTo(new ModelKey("m", 1));
    }

    @Test
    void noOtherAnswersForAVersionThatWasAskedForByNumber() {
        serve("1", CONFIG, 1, 2);

        fail(2);

        refuses(
                pinned("2"),
                "version 2 of model 'm' is not ready: circuit breaker open since 2026-01-31T12:00:00Z: "
                        + "4 of the last 4 requests failed; falls back to version 1");
        assertThat(breakers.answers(pinned("2"), router.route(pinned("2"), ""))).isFalse();
        assertThat(breakers.answers(ROUTED, router.route(ROUTED, ""))).isTrue();
    }

    @Test
    void withoutAFallbackTheRequestIsRefusedUntilThePauseIsOver() {
        serve(null, CONFIG, 2);

        fail(2);

        refuses(
                ROUTED,
                "version 2 of model 'm' is not ready: circuit breaker open since 2026-01-31T12:00:00Z: "
                        + "4 of the last 4 requests failed; there is no fallback");
        assertThat(breakers.answers(ROUTED, router.route(ROUTED, ""))).isFalse();
        assertThat(requireNonNull(breakers.report(ManagerFixture.key(2))).refusalCount())
                .isEqualTo(1);
        clock.advance(Duration.ofSeconds(31));
        assertThat(breakers.answers(ROUTED, router.route(ROUTED, ""))).isTrue();
    }

    @Test
    void aFallbackThatIsOutItselfOrTheSameVersionOrNotReadyDoesNotAnswer() {
        serve("1", CONFIG, 1, 2);
        fail(2);
        fail(1);
        refuses(
                ROUTED,
                "version 2 of model 'm' is not ready: circuit breaker open since 2026-01-31T12:00:00Z: "
                        + "4 of the last 4 requests failed; its fallback '1' cannot answer");

        serve("candidate", CONFIG, 3);
        fail(3);
        refuses(
                ROUTED,
                "version 3 of model 'm' is not ready: circuit breaker open since 2026-01-31T12:00:00Z: "
                        + "4 of the last 4 requests failed; its fallback 'candidate' cannot answer");

        serve("7", CONFIG, 4);
        fail(4);
        refuses(
                ROUTED,
                "version 4 of model 'm' is not ready: circuit breaker open since 2026-01-31T12:00:00Z: "
                        + "4 of the last 4 requests failed; its fallback '7' cannot answer");
    }

    @Test
    void aFallbackThatRestsIsLoadedWhenItIsNeeded() {
        serve("1", CONFIG, 2);
        router.modelsChanged(Map.of(
                "m",
                new ModelAvailability(
                        new TreeSet<>(List.of(2L)), new TreeSet<>(List.of(1L)), new TreeMap<>(), Map.of(), "")));
        fail(2);

        assertThat(breakers.reason(ManagerFixture.key(2))).endsWith("version 1, which is loaded when it is needed");
        assertThat(woken).as("asking why loads nothing").isEmpty();
        assertThatThrownBy(() -> ask(ROUTED))
                .isInstanceOfSatisfying(
                        InferenceException.class,
                        refusal -> assertThat(refusal.retryAfterSeconds()).isEqualTo(1));

        assertThat(woken).containsExactly(new ModelKey("m", 1));
    }

    @Test
    void afterThePauseOneRequestTriesItWhileOthersFallBackUntilItIsClosed() {
        serve("1", CONFIG, 1, 2);
        fail(2);
        clock.advance(Duration.ofSeconds(31));

        Detour first = requireNonNull(ask(ROUTED));
        Detour second = requireNonNull(ask(ROUTED));
        first.ended(null);

        assertThat(first.isTrial()).isTrue();
        assertThat(first.routed()).isEqualTo(router.route(ROUTED, ""));
        assertThat(second.routed().key()).isEqualTo(new ModelKey("m", 1));
        assertThat(ask(ROUTED)).as("closed").isNull();
    }

    @Test
    void aVersionThatIsLoadedAgainBeginsAnew() {
        serve(null, CONFIG, 2);
        fail(2);
        StageObserver old = requireNonNull(recorders.get(2L));

        serve(null, new BreakerConfig(true, 4, 4, 50, Duration.ofSeconds(5), 1), 2);
        assertThat(ask(ROUTED)).isNull();
        fail(old);
        assertThat(ask(ROUTED))
                .as("the old one's requests do not count for the new one")
                .isNull();
        fail(2);

        assertThat(requireNonNull(breakers.report(ManagerFixture.key(2))).state())
                .isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aVersionThatIsGoneHasNoBreaker() {
        serve("1", CONFIG, 1, 2);
        fail(2);

        fixture.reconcile();
        fixture.manager.close(Duration.ofSeconds(10));

        assertThat(breakers.reports()).isEmpty();
        assertThat(breakers.reason(ManagerFixture.key(2))).isEmpty();
    }

    @Test
    void aVersionThatWasEvictedAndRestsHasNoBreaker() {
        ResourceBudget roomForOne =
                new ResourceBudget(Map.of(Device.CPU, FakeModelLoader.ESTIMATE_BYTES), NanoClock.system());
        try (ManagerFixture small = new ManagerFixture(roomForOne)) {
            listen(small);
            small.reconcile(onDemand("m"), onDemand("n"));

            for (String name : List.of("m", "n")) {
                breakers.recording(new ModelKey(name, 1), StageObserver.none());
                small.manager
                        .awaken(new ModelKey(name, 1))
                        .toCompletableFuture()
                        .join();
            }

            assertThat(small.manager.evictionCount()).isEqualTo(1);
            assertThat(breakers.reports()).extracting(BreakerReport::key).containsExactly(new ModelKey("n", 1));
        }
    }

    @Test
    void aBreakerThatIsSwitchedOffIsNotThere() {
        serve("1", new BreakerConfig(false, 4, 4, 50, Duration.ofSeconds(30), 1), 1, 2);

        fail(2);

        assertThat(breakers.reports()).isEmpty();
        assertThat(ask(ROUTED)).isNull();
    }
}
