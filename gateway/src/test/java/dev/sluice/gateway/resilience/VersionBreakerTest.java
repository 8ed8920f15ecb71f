package dev.sluice.gateway.resilience;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.ModelKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionBreakerTest {
    private static final ModelKey KEY = new ModelKey("m", 2);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final FakeClock clock = new FakeClock();
    private final List<BreakerState> moves = new ArrayList<>();

    private VersionBreaker breaker(int window, int minimumCalls, int failurePercent, int trialCalls) {
        BreakerConfig config = new BreakerConfig(true, window, minimumCalls, failurePercent, PAUSE, trialCalls);
        return new VersionBreaker(KEY, config, clock, (breaker, report) -> moves.add(report.state()));
    }

    /** S for a success, F for a failure. */
    private static void end(VersionBreaker breaker, String outcomes) {
        outcomes.chars().forEach(each -> breaker.ended(each == 'S' ? null : ErrorCode.MODEL_FAILED));
    }

    private VersionBreaker opened(int trialCalls) {
        VersionBreaker breaker = breaker(10, 4, 50, trialCalls);
        end(breaker, "FFFF");
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        return breaker;
    }

    private VersionBreaker afterThePause(int trialCalls) {
        VersionBreaker breaker = opened(trialCalls);
        clock.advance(PAUSE.plusMillis(1));
        return breaker;
    }

    private static Trial trial(VersionBreaker breaker) {
        return requireNonNull(breaker.tryTrial(), "trial");
    }

    @Test
    void opensWhenTheShareOfFailuresIsReached() {
        VersionBreaker breaker = breaker(10, 4, 50, 1);

        end(breaker, "SSSF");
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        end(breaker, "SFFF");

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.report().reason())
                .isEqualTo("circuit breaker open since 2026-01-31T12:00:00Z: 4 of the last 8 requests failed");
        assertThat(moves).containsExactly(BreakerState.OPEN);
    }

    @Test
    void decidesNothingByFewerThanTheMinimumAndThenAlsoByASuccess() {
        VersionBreaker breaker = breaker(10, 4, 50, 1);

        end(breaker, "FFF");
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        end(breaker, "S");

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aVersionWithoutFailuresIsNotCountedFurtherOnceItsWindowIsFull() {
        VersionBreaker breaker = breaker(5, 1, 100, 1);

        end(breaker, "SSSSSSSSSSSSSSSSS");

        assertThat(breaker.report().counted()).isEqualTo(5);
        assertThat(breaker.report().failed()).isZero();
    }

    /**
     * The window is at every moment what it would be if every outcome had been counted: long runs of successes, which are not,
     * make no difference.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void theWindowIsExactWhateverTheOrderOfOutcomes(int seed) {
        Random random = new Random(seed);
        int window = 1 + random.nextInt(20);
        int minimumCalls = 1 + random.nextInt(window);
        int percent = 20 + random.nextInt(80);
        VersionBreaker breaker = breaker(window, minimumCalls, percent, 1);
        Deque<Boolean> last = new ArrayDeque<>();

        for (int i = 0; i < 3000; i++) {
            boolean failed = random.nextInt(100) < (i / 200 % 3) * 8;
            last.addLast(failed);
            if (last.size() > window) {
                last.removeFirst();
            }
            breaker.ended(failed ? ErrorCode.MODEL_FAILED : null);

            int failures = (int) last.stream().filter(each -> each).count();
            boolean opens = last.size() >= minimumCalls && failures * 100 >= percent * last.size();
            BreakerReport report = breaker.report();
            assertThat(report.state()).as("after %s", i).isEqualTo(opens ? BreakerState.OPEN : BreakerState.CLOSED);
            assertThat(report.failed()).as("failures after %s", i).isEqualTo(failures);
            assertThat(report.counted()).as("counted after %s", i).isEqualTo(last.size());
            if (opens) {
                clock.advance(PAUSE.plusMillis(1));
                breaker.trialEnded(trial(breaker), null);
                last.clear();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyFailuresOfTheVersionItselfCount(ErrorCode code) {
        VersionBreaker breaker = breaker(10, 1, 100, 1);

        breaker.ended(code);

        boolean own = code == ErrorCode.MODEL_FAILED || code == ErrorCode.DEVICE_OUT_OF_MEMORY || code == ErrorCode.BUG;
        assertThat(breaker.state()).isEqualTo(own ? BreakerState.OPEN : BreakerState.CLOSED);
        assertThat(breaker.report().counted()).isEqualTo(own ? 1 : 0);
    }

    @Test
    void letsNobodyThroughUntilThePauseIsOver() {
        VersionBreaker breaker = opened(2);

        clock.advance(PAUSE.minusMillis(1500));

        assertThat(breaker.mayBeTried()).isFalse();
        assertThat(breaker.retryAfterSeconds()).isEqualTo(2);
        assertThat(breaker.tryTrial()).isNull();
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void asManyAsAllowedTryItAfterThePauseAndCloseIt() {
        VersionBreaker breaker = afterThePause(3);
        assertThat(breaker.mayBeTried()).isTrue();

        List<Trial> trials = List.of(trial(breaker), trial(breaker), trial(breaker));
        assertThat(breaker.tryTrial()).isNull();
        assertThat(breaker.report().reason())
                .isEqualTo("circuit breaker half open since 2026-01-31T12:00:30.001Z: "
                        + "0 of at most 3 trial requests ended, 0 failed");
        trials.forEach(each -> breaker.trialEnded(each, null));

        assertThat(moves).containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED);
        assertThat(breaker.report().counted()).as("a new window").isZero();
    }

    @Test
    void trialsThatFailOpenItAgain() {
        VersionBreaker breaker = afterThePause(2);
        List<Trial> trials = List.of(trial(breaker), trial(breaker));

        trials.forEach(each -> breaker.trialEnded(each, ErrorCode.MODEL_FAILED));

        assertThat(moves).containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.OPEN);
        assertThat(breaker.retryAfterSeconds()).isEqualTo(30);
        assertThat(breaker.report().entered())
                .containsEntry(BreakerState.OPEN, 2L)
                .containsEntry(BreakerState.HALF_OPEN, 1L)
                .containsEntry(BreakerState.CLOSED, 0L);
    }

    @Test
    void aTrialThatSaysNothingAboutTheVersionMakesRoomForAnother() {
        VersionBreaker breaker = afterThePause(1);

        breaker.trialEnded(trial(breaker), ErrorCode.CANCELLED);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.trialEnded(trial(breaker), null);

        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aTrialThatEndsAfterItsTimeCountsForNothing() {
        VersionBreaker breaker = afterThePause(5);
        List<Trial> trials = List.of(trial(breaker), trial(breaker), trial(breaker), trial(breaker), trial(breaker));
        trials.subList(0, 4).forEach(each -> breaker.trialEnded(each, ErrorCode.MODEL_FAILED));
        assertThat(breaker.state()).as("four decide").isEqualTo(BreakerState.OPEN);
        clock.advance(PAUSE.plusMillis(1));
        Trial next = trial(breaker);

        breaker.trialEnded(trials.get(4), ErrorCode.MODEL_FAILED);
        assertThat(breaker.report().counted()).isZero();
        breaker.trialEnded(next, null);

        assertThat(breaker.report().counted()).isEqualTo(1);
    }

    @Test
    void whatBeganBeforeItOpenedDoesNotCountWhileItIsTried() {
        VersionBreaker breaker = afterThePause(1);
        Trial trial = trial(breaker);

        end(breaker, "FFFFSSSS");

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(breaker.report().counted()).isZero();
        breaker.trialEnded(trial, null);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }
}
