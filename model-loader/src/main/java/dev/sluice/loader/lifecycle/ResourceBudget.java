package dev.sluice.loader.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.NanoClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that versions may take on each device, and what is left of them.
 *
 * <p>A version reserves its upper bound before it is opened and gives it back after it is closed, so what is in memory never
 * exceeds the budget. Where a reservation does not fit, versions that may go are evicted, and it waits until they have gone.
 *
 * <p>Threading: thread-safe; {@link #reserve} blocks. Guarded by {@code lock}, which is taken under the manager's lock, never
 * the other way round.
 */
public final class ResourceBudget {
    /** The step that a version fails at which does not fit. */
    static final String STEP = "memory";

    /** So long a version waits for those that were evicted for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<Device, Long> limits;
    private final NanoClock clock;
    private final Object lock = new Object();

    @GuardedBy("lock") private final Map<Device, Long> used = new HashMap<>();

    /** Of what is used, what belongs to versions that are on their way out. */
    @GuardedBy("lock") private final Map<Device, Long> leaving = new HashMap<>();

    @GuardedBy("lock") private long refusalCount;

    /** Makes room. */
    @FunctionalInterface
    interface Evictor {
        /**
         * Takes versions out of service until theirs are at least so many bytes; none where all that may go are less.
         *
         * @return how many bytes will become free
         */
        long evict(Device device, long bytes);
    }

    /**
     * @param limits most bytes by device, 1 or greater; devices that are missing have no limit
     */
    public ResourceBudget(Map<Device, Long> limits, NanoClock clock) {
        limits.forEach((device, bytes) -> {
            if (bytes < 1) {
                throw new IllegalArgumentException(
                        "model memory must be 1 byte or more, got " + bytes + " on " + device);
            }
        });
        this.limits = Map.copyOf(limits);
        this.clock = clock;
    }

    /** Bounds nothing. */
    public static ResourceBudget unlimited() {
        return new ResourceBudget(Map.of(), NanoClock.system());
    }

    /** What one version has reserved. Closed once, after its memory is freed. */
    final class Reservation {
        private Device device;
        private final long bytes;
        private boolean isLeaving;

        private Reservation(Device device, long bytes) {
            this.device = device;
            this.bytes = bytes;
        }

        long bytes() {
            return bytes;
        }

        /** It turned out to run elsewhere. What it takes there is counted even beyond the limit: it is there already. */
        void moveTo(Device other) {
            synchronized (lock) {
                add(used, device, -bytes);
                add(used, other, bytes);
                device = other;
                lock.notifyAll();
            }
        }

        /** Its version is on its way out. */
        void leave() {
            synchronized (lock) {
                if (!isLeaving) {
                    isLeaving = true;
                    add(leaving, device, bytes);
                }
            }
        }

        /** Its version's memory is free. */
        void close() {
            synchronized (lock) {
                add(used, device, -bytes);
                if (isLeaving) {
                    add(leaving, device, -bytes);
                }
                lock.notifyAll();
            }
        }
    }

    /**
     * Reserves memory, evicting others where it must.
     *
     * @param bytes upper bound of what the version takes
     * @throws ModelLoadException with {@link #STEP} and the figures when it does not fit
     */
    Reservation reserve(Device device, long bytes, Evictor evictor) throws ModelLoadException {
        long limit = limit(device);
        long end = clock.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long missing;
            synchronized (lock) {
                while (true) {
                    long free = limit - get(used, device);
                    if (bytes <= free) {
                        add(used, device, bytes);
                        return new Reservation(device, bytes);
                    }
                    long left = TimeUnit.NANOSECONDS.toMillis(end - clock.nanoTime());
                    if (bytes > limit || left <= 0) {
                        throw refused(device, bytes);
                    }
                    missing = bytes - free - get(leaving, device);
                    if (missing > 0) {
                        break;
                    }
                    try {
                        lock.wait(left);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new ModelLoadException(STEP, "waiting for memory was interrupted", e);
                    }
                }
            }
            // Not under the lock: the evictor takes the manager's.
            if (evictor.evict(device, missing) == 0) {
                refuseUnlessFree(device, bytes);
            }
        }
    }

    /** Where nobody can go, what is free or will be must do. */
    private void refuseUnlessFree(Device device, long bytes) throws ModelLoadException {
        synchronized (lock) {
            if (bytes > limit(device) - get(used, device) + get(leaving, device)) {
                throw refused(device, bytes);
            }
        }
    }

    @GuardedBy("lock") private ModelLoadException refused(Device device, long bytes) {
        refusalCount++;
        long limit = limit(device);
        long free = Math.max(0, limit - get(used, device));
        return new ModelLoadException(
                STEP,
                "it needs up to " + mebibytes(bytes) + " on " + device + ", " + mebibytes(free) + " of "
                        + mebibytes(limit) + " are free and no other version may be evicted");
    }

    /** Rounded up, so that what does not fit never looks as if it did. */
    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }

    /** Most bytes on that device; {@link Long#MAX_VALUE} = no limit. */
    public long limit(Device device) {
        return limits.getOrDefault(device, Long.MAX_VALUE);
    }

    /** Bytes reserved on that device now. */
    public long used(Device device) {
        synchronized (lock) {
            return get(used, device);
        }
    }

    /** Devices that have a limit or a version. */
    public Set<Device> devices() {
        synchronized (lock) {
            Set<Device> devices = new HashSet<>(limits.keySet());
            devices.addAll(used.keySet());
            return devices;
        }
    }

    /** How often a version did not fit. */
    public long refusalCount() {
        synchronized (lock) {
            return refusalCount;
        }
    }

    private static long get(Map<Device, Long> map, Device device) {
        return map.getOrDefault(device, 0L);
    }

    private static void add(Map<Device, Long> map, Device device, long bytes) {
        map.merge(device, bytes, Long::sum);
    }
}
