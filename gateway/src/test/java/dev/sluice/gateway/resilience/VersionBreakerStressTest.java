package dev.sluice.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.ModelKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Several event loops at one breaker. */
class VersionBreakerStressTest {
    private static final int THREADS = 4;
    private static final int EACH = 20_000;
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final FakeClock clock = new FakeClock();

    private VersionBreaker breaker(int window, int minimumCalls, int failurePercent, int trialCalls) {
        return new VersionBreaker(
                new ModelKey("m", 1),
                new BreakerConfig(true, window, minimumCalls, failurePercent, PAUSE, trialCalls),
                clock,
                (breaker, report) -> {});
    }

    private static void onThreads(IntConsumer work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier begin = new CyclicBarrier(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                all.add(threads.submit(() -> {
                    begin.await();
                    work.accept(number);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void countsEveryOutcomeOnce() throws Exception {
        VersionBreaker breaker = breaker(10_000, 10_000, 100, 1);

        onThreads(number -> {
            for (int i = 0; i < 2_000; i++) {
                breaker.ended(i % 10 == number ? ErrorCode.MODEL_FAILED : null);
            }
        });

        assertThat(breaker.report().counted()).isEqualTo(THREADS * 2_000);
        assertThat(breaker.report().failed()).isEqualTo(THREADS * 200);
    }

    /** A race between a success that is left out and a failure must not leave the failure in the window for good. */
    @Test
    void aWindowOfSuccessesEndsWithoutFailuresHoweverTheyRaced() throws Exception {
        VersionBreaker breaker = breaker(3, 3, 100, 1);

        for (int round = 0; round < 20; round++) {
            int seed = round;
            onThreads(number -> {
                Random random = new Random(seed * 31L + number);
                for (int i = 0; i < EACH / 20; i++) {
                    // The last thread alone fails, and never three times in a row.
                    breaker.ended(
                            number == THREADS - 1 && i % 4 == 0 && random.nextBoolean()
                                    ? ErrorCode.MODEL_FAILED
                                    : null);
                }
            });
            for (int i = 0; i < 3; i++) {
                breaker.ended(null);
            }

            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            assertThat(breaker.report().failed()).isZero();
            assertThat(breaker.report().counted()).isEqualTo(3);
        }
    }

    @Test
    void neverMoreTryItAtOnceThanMay() throws Exception {
        VersionBreaker breaker = breaker(1, 1, 100, 5);
        AtomicInteger trials = new AtomicInteger();
        breaker.ended(ErrorCode.MODEL_FAILED);
        clock.advance(PAUSE.plusMillis(1));

        onThreads(number -> {
            for (int i = 0; i < 1_000; i++) {
                if (breaker.tryTrial() != null) {
                    trials.incrementAndGet();
                }
            }
        });

        assertThat(trials).hasValue(5);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    /** Permits that come back are given out again, and none twice. */
    @Test
    void permitsOfTrialsWithoutAnOutcomeAreKeptInNumber() throws Exception {
        VersionBreaker breaker = breaker(1, 1, 100, 2);
        AtomicInteger trying = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        breaker.ended(ErrorCode.MODEL_FAILED);
        clock.advance(PAUSE.plusMillis(1));

        onThreads(number -> {
            for (int i = 0; i < EACH; i++) {
                Trial trial = breaker.tryTrial();
                if (trial != null) {
                    most.accumulateAndGet(trying.incrementAndGet(), Math::max);
                    trying.decrementAndGet();
                    breaker.trialEnded(trial, ErrorCode.CANCELLED);
                }
            }
        });

        assertThat(most.get()).isBetween(1, 2);
        assertThat(breaker.tryTrial()).isNotNull();
        assertThat(breaker.tryTrial()).isNotNull();
        assertThat(breaker.tryTrial()).isNull();
    }
}
