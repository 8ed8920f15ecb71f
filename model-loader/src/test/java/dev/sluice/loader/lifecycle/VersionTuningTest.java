package dev.sluice.loader.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Versions that are measured and run in another way while they serve. */
class VersionTuningTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    /** Elapsed time of a run is 2 ms, too long for a loop; what counts is CPU time. */
    private final ManagerFixture f = new ManagerFixture(2_000);

    private final FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());

    @AfterEach
    void close() {
        f.close();
        assertThat(f.pool.bytesInUse()).isZero();
    }

    private void serve(long... versions) {
        ModelDefinition definition = ManagerFixture.definition("m", ModelConfig.DEFAULT, versions);
        assertThat(f.reconcile(definition)).allMatch(LoadReport::ok);
    }

    private VersionTuning tuning(long version) {
        return requireNonNull(f.manager.snapshot().ready(ManagerFixture.key(version)))
                .tuning();
    }

    /** Answers so many requests, one after the other; how many of them were run on the loop. */
    private int answer(int requests) {
        int onLoop = 0;
        for (int i = 0; i < requests; i++) {
            List<Boolean> ended = new ArrayList<>();
            ModelHandle handle = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));
            InferRequest request = Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), 1));
            handle.version().batcher().submit(request, loop, (response, failure) -> {
                requireNonNull(response).release();
                ended.add(true);
                handle.close();
            });
            loop.tick();
            onLoop += ended.size();
            loop.runUntil(() -> !ended.isEmpty());
        }
        return onLoop;
    }

    @Test
    void aShortRunIsInlineFromTheStart() {
        f.cpuNanosPerRun = 50 * MICRO;
        serve(1);

        Tuning tuning = tuning(1).current();

        assertThat(tuning.describe())
                .isEqualTo(
                        "inline, at most 128 rows (1 row 50 µs, 128 rows 50 µs; knee 128; a full batch is within 100 µs)");
        assertThat(answer(1)).isEqualTo(1);
    }

    @Test
    void versionsAreMeasuredSoonThenAfterAMinuteThenSeldom() {
        serve(1);
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            delays.addAll(f.timer.delays());
            f.timer.runNext();
        }

        assertThat(delays)
                .containsExactly(
                        Duration.ofSeconds(3), Duration.ofSeconds(57), Duration.ofMinutes(10), Duration.ofMinutes(10));
        assertThat(tuning(1).checkCount()).isEqualTo(4);
        assertThat(tuning(1).changeCount()).isZero();
    }

    @Test
    void whatIsMeasuredInServiceChangesHowAVersionIsRun() {
        f.cpuNanosPerRun = 500 * MICRO;
        serve(1);
        assertThat(answer(1)).isZero();

        f.cpuNanosPerRun = 20 * MICRO;
        f.timer.runNext();

        assertThat(tuning(1).current().isInline()).isTrue();
        assertThat(tuning(1).changeCount()).isEqualTo(1);
        assertThat(answer(1)).isEqualTo(1);
        f.cpuNanosPerRun = 500 * MICRO;
        f.timer.runNext();
        assertThat(answer(1)).isZero();
        assertThat(tuning(1).changeCount()).isEqualTo(2);
    }

    @Test
    void versionsThatAreNotServedAreNotMeasured() {
        serve(1);
        serve(2);

        assertThat(f.timer.delays()).hasSize(1);
        f.timer.runNext();
        assertThat(tuning(2).checkCount()).isEqualTo(1);
        f.reconcile();
        assertThat(f.timer.delays()).isEmpty();
    }

    @Test
    void aVersionIsClosedOnlyAfterTheMeasurementOnIt() throws InterruptedException {
        serve(1);
        FakeServableModel model = f.loader.models().get(0).hold();
        Thread measuring = new Thread(f.timer::runNext);
        measuring.start();
        model.awaitEntered(1);

        f.reconcile();
        int closesMeanwhile = model.closes();
        model.letPass(1);
        measuring.join();

        assertThat(closesMeanwhile).isZero();
        assertThat(f.manager.close(Duration.ofSeconds(10))).isTrue();
        assertThat(model.closes()).isEqualTo(1);
        assertThat(model.runsAfterClose()).isZero();
        // The one that was under way when the version was retired was its last.
        assertThat(f.timer.delays()).isEmpty();
    }

    @Test
    void longRunsOnALoopEndInlineAtOnceAndAskForAMeasurement() {
        f.cpuNanosPerRun = 50 * MICRO;
        serve(1);

        f.cpuNanosPerRun = 5 * MILLI;
        // The first run makes suspicious, three more make sure.
        assertThat(answer(6)).isEqualTo(4);

        assertThat(tuning(1).current().choice()).isEqualTo("queued, at most 128 rows");
        assertThat(tuning(1).current().reason()).isEqualTo("runs on event loops computed for more than 1 ms");
        assertThat(tuning(1).changeCount()).isEqualTo(1);
        assertThat(f.timer.delays()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void afterThreeSuchEndsAVersionStaysOffTheLoops() {
        f.cpuNanosPerRun = 50 * MICRO;
        serve(1);
        for (int i = 0; i < 3; i++) {
            f.cpuNanosPerRun = 5 * MILLI;
            assertThat(answer(5)).isEqualTo(4);
            f.cpuNanosPerRun = 50 * MICRO;
            f.timer.runNext();
        }

        assertThat(tuning(1).current().isInline()).isFalse();
        assertThat(tuning(1).current().reason()).isEqualTo("runs on event loops were too long 3 times");
        assertThat(answer(1)).isZero();
    }
}
