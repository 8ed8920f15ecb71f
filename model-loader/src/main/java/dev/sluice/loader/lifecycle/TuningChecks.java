package dev.sluice.loader.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.NanoClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures versions again while they serve: soon, because the code was cold when they were loaded; after a minute; then every
 * ten minutes, or so rarely that it takes a thousandth of one core at most. One version after the other, so that all of them
 * together never take more than one core.
 *
 * <p>Bound: one entry for each version that serves.
 *
 * <p>Threading: thread-safe. Guarded by {@code lock}, which is taken under the manager's lock, never the other way round.
 */
final class TuningChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TuningChecks.class);

    static final Duration FIRST = Duration.ofSeconds(3);
    static final Duration SECOND = Duration.ofSeconds(60);
    static final Duration LATER = Duration.ofMinutes(10);

    /** After runs that were too long. */
    static final Duration SOON = Duration.ofSeconds(1);

    /** At least so much time for each check's own. */
    private static final int REST_FACTOR = 1000;

    private final CheckTimer timer;
    private final NanoClock clock;
    private final Function<VersionSlot, @Nullable ModelHandle> borrow;
    private final Object lock = new Object();

    @GuardedBy("lock") private final Map<VersionSlot, Plan> plans = new HashMap<>();

    /** When a version is looked at next. Guarded by {@code lock}. */
    private static final class Plan {
        private int done;
        private boolean asked;
        private Runnable giveUp = () -> {};
    }

    /**
     * @param borrow a handle to that slot; null when it does not serve any more
     */
    TuningChecks(CheckTimer timer, NanoClock clock, Function<VersionSlot, @Nullable ModelHandle> borrow) {
        this.timer = timer;
        this.clock = clock;
        this.borrow = borrow;
    }

    /** A version serves. */
    void begin(VersionSlot slot) {
        if (!slot.version().tuning().canCheck()) {
            return;
        }
        synchronized (lock) {
            Plan plan = new Plan();
            plans.put(slot, plan);
            schedule(slot, plan, FIRST);
        }
    }

    /** A version serves no more; a check under way ends after its present run. */
    void end(VersionSlot slot) {
        synchronized (lock) {
            Plan plan = plans.remove(slot);
            if (plan != null) {
                plan.giveUp.run();
            }
        }
    }

    /** A version should be looked at soon. */
    void ask(VersionSlot slot) {
        synchronized (lock) {
            Plan plan = plans.get(slot);
            if (plan != null) {
                plan.asked = true;
                plan.giveUp.run();
                schedule(slot, plan, SOON);
            }
        }
    }

    @GuardedBy("lock") private void schedule(VersionSlot slot, Plan plan, Duration delay) {
        plan.giveUp = timer.after(delay, () -> check(slot, plan));
    }

    private boolean isEnded(VersionSlot slot, Plan plan) {
        synchronized (lock) {
            return plans.get(slot) != plan;
        }
    }

    private void check(VersionSlot slot, Plan plan) {
        synchronized (lock) {
            plan.asked = false;
        }
        long begin = clock.nanoTime();
        ModelHandle handle = borrow.apply(slot);
        if (handle == null) {
            return;
        }
        try (handle) {
            handle.version().tuning().check(() -> isEnded(slot, plan));
        } catch (CancellationException e) {
            return;
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "model={} version={} measuring failed",
                    slot.key().name(),
                    slot.key().version(),
                    e);
        }
        Duration took = Duration.ofNanos(clock.nanoTime() - begin);
        synchronized (lock) {
            plan.done++;
            // A check that was asked for meanwhile is scheduled already.
            if (plans.get(slot) == plan && !plan.asked) {
                schedule(slot, plan, pause(plan.done, took));
            }
        }
    }

    private static Duration pause(int done, Duration took) {
        if (done == 1) {
            return SECOND.minus(FIRST);
        }
        Duration rest = took.multipliedBy(REST_FACTOR);
        return rest.compareTo(LATER) > 0 ? rest : LATER;
    }

    @Override
    public void close() {
        timer.close();
    }
}
