package dev.sluice.gateway.resilience;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.ModelKey;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one loaded version: counts how its requests end, and says whether it may be asked.
 *
 * <p>Bound: one cell per request in the window.
 *
 * <p>Threading: thread-safe. Counting the success of a version without failures is one volatile read; everything else is guarded
 * by {@code this}, for a few instructions. Lock order: this, then that of the listener.
 */
final class VersionBreaker {
    /*
     * A window of the last N outcomes that holds N successes stays as it is when one more success comes. So once N successes in
     * a row have been counted, the breaker is "quiet" and further successes are not counted at all, until a failure comes. The
     * window is exact at every moment, and a healthy version pays one read of a field per request. Success number N + 1 that
     * races with a failure counts as having come before it, which leaves the window as it was.
     */

    /** Is told when a breaker has come into another state; called under the breaker's lock. */
    interface Listener {
        void moved(VersionBreaker breaker, BreakerReport report);
    }

    private final ModelKey key;
    private final BreakerConfig config;
    private final Clock clock;
    private final Listener listener;
    private final FailedRequest failure = new FailedRequest();
    private final LongAdder fallbacks = new LongAdder();
    private final LongAdder refusals = new LongAdder();

    @GuardedBy("this") private final CircuitBreaker circuit;

    @GuardedBy("this") private final Map<BreakerState, Long> entered = new EnumMap<>(BreakerState.class);

    @GuardedBy("this") private Instant since;

    /** How often it has been half open. */
    @GuardedBy("this") private int period;

    @GuardedBy("this") private int successesInRow;

    private volatile boolean quiet;
    private volatile BreakerState state = BreakerState.CLOSED;

    VersionBreaker(ModelKey key, BreakerConfig config, Clock clock, Listener listener) {
        this.key = key;
        this.config = config;
        this.clock = clock;
        this.listener = listener;
        since = now();
        circuit = CircuitBreaker.of(
                key.toString(),
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                config.window(),
                                config.minimumCalls(),
                                CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(config.failurePercent())
                        .waitDurationInOpenState(config.pause())
                        .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                        .automaticTransitionFromOpenToHalfOpenEnabled(false)
                        .clock(clock)
                        .build());
        for (BreakerState each : BreakerState.values()) {
            entered.put(each, 0L);
        }
    }

    ModelKey key() {
        return key;
    }

    BreakerState state() {
        return state;
    }

    /** True for an outcome that is the version's own doing; see {@code docs/resilience.md}. */
    static boolean isToBlame(ErrorCode code) {
        return switch (code) {
            case MODEL_FAILED, DEVICE_OUT_OF_MEMORY, BUG -> true;
            case INVALID_INPUT,
                    PAYLOAD_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    METHOD_NOT_ALLOWED,
                    HEADERS_TOO_LARGE,
                    MODEL_NOT_FOUND,
                    MODEL_NOT_READY,
                    LOAD_FAILED,
                    QUOTA_EXCEEDED,
                    OVERLOADED,
                    DEADLINE_EXCEEDED,
                    CANCELLED,
                    CONFLICT,
                    UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    UNIMPLEMENTED -> false;
        };
    }

    /**
     * A request that the version had accepted has ended. Counts while the breaker is closed.
     *
     * @param code null for success
     */
    void ended(@Nullable ErrorCode code) {
        if (code == null) {
            if (!quiet) {
                succeeded();
            }
        } else if (isToBlame(code)) {
            failed();
        }
    }

    private synchronized void succeeded() {
        if (state != BreakerState.CLOSED || quiet) {
            return;
        }
        circuit.onSuccess(0, TimeUnit.NANOSECONDS);
        successesInRow++;
        quiet = successesInRow >= config.window();
        follow();
    }

    private synchronized void failed() {
        if (state != BreakerState.CLOSED) {
            return;
        }
        quiet = false;
        successesInRow = 0;
        circuit.onError(0, TimeUnit.NANOSECONDS, failure);
        follow();
    }

    /** Lets a request try the version; null when it must not, now. */
    synchronized @Nullable Trial tryTrial() {
        boolean permitted = circuit.tryAcquirePermission();
        follow();
        // One that comes when the breaker has just closed counts like any other request of the version.
        return permitted ? new Trial(this, period) : null;
    }

    /**
     * A request that tried the version has ended. Without an outcome of the version's own, another may try instead.
     *
     * @param code null for success
     */
    synchronized void trialEnded(Trial trial, @Nullable ErrorCode code) {
        if (state != BreakerState.HALF_OPEN || trial.period() != period) {
            return;
        }
        if (code == null) {
            circuit.onSuccess(0, TimeUnit.NANOSECONDS);
        } else if (isToBlame(code)) {
            circuit.onError(0, TimeUnit.NANOSECONDS, failure);
        } else {
            circuit.releasePermission();
        }
        follow();
    }

    /** Takes over the state of the circuit. */
    @GuardedBy("this") private void follow() {
        BreakerState now = switch (circuit.getState()) {
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
        };
        if (now == state) {
            return;
        }
        state = now;
        since = now();
        entered.merge(now, 1L, Long::sum);
        switch (now) {
            case OPEN -> {}
            case HALF_OPEN -> period++;
            case CLOSED -> {
                // The window begins anew.
                successesInRow = 0;
                quiet = false;
            }
        }
        listener.moved(this, report());
    }

    /** Counts a request for the version that another answers. */
    void fellBack() {
        fallbacks.increment();
    }

    /** Counts a request for the version that nobody answers. */
    void refused() {
        refusals.increment();
    }

    /** False while it is certain that no request may try the version. */
    synchronized boolean mayBeTried() {
        return state != BreakerState.OPEN || !clock.instant().isBefore(triedAt());
    }

    /** When asking again makes sense, 1 or greater. */
    synchronized int retryAfterSeconds() {
        Duration left = Duration.between(clock.instant(), triedAt());
        return state == BreakerState.OPEN
                ? (int) Math.max(1, left.plusNanos(999_999_999).toSeconds())
                : 1;
    }

    synchronized BreakerReport report() {
        CircuitBreaker.Metrics metrics = circuit.getMetrics();
        return new BreakerReport(
                key,
                config,
                state,
                since,
                metrics.getNumberOfFailedCalls(),
                metrics.getNumberOfBufferedCalls(),
                triedAt(),
                entered,
                fallbacks.sum(),
                refusals.sum());
    }

    @GuardedBy("this") private Instant triedAt() {
        return state == BreakerState.OPEN ? since.plus(config.pause()) : since;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Stands for every failure; nobody looks at it. */
    private static final class FailedRequest extends Exception {
        private static final long serialVersionUID = 1;

        FailedRequest() {
            super("the version failed", null, false, false);
        }
    }
}
