package dev.sluice.loader.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.padding.PaddingRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Waiting units of one version, in order of arrival and by shape, and which of them run next.
 *
 * <p>A batch begins with the oldest unit and goes on with the next oldest of equal shapes, then, where rows may be padded, with
 * those of similar lengths. Its size follows the fair split: no thread takes more than its share of the cells that wait and
 * run (a row of fixed shape is one cell), because a thread that takes everything leaves the others idle (batches of 13 + 3
 * where 8 + 8 are done sooner).
 *
 * <p>Bound: none of its own; {@link Batcher} reserves rows and bytes before a request gets here.
 *
 * <p>Threading: thread-safe; everything is guarded by {@code lock}, which is held for a few steps per request and never while
 * a model runs. No other lock is taken under it.
 */
final class VersionQueue {
    /** So many of the oldest units are looked at for similar lengths. */
    private static final int LOOK_AHEAD = 64;

    private final Object lock = new Object();

    @GuardedBy("lock") private int maxRows;

    @GuardedBy("lock") private int parallelRuns;

    @GuardedBy("lock") private LengthPolicy lengths;

    @GuardedBy("lock") private final Map<RowShapes, RowUnit.Bucket> buckets = new HashMap<>();

    @GuardedBy("lock") private @Nullable RowUnit oldest;

    @GuardedBy("lock") private @Nullable RowUnit newest;

    @GuardedBy("lock") private long waitingCells;

    @GuardedBy("lock") private long runningCells;

    @GuardedBy("lock") private int runs;

    /** True while this queue stands in the ring of {@link InferenceThreads}. */
    @GuardedBy("lock") private boolean offered;

    @GuardedBy("lock") private boolean closed;

    /** Called once when the queue is closed and nothing runs; null before and after. */
    @GuardedBy("lock") private @Nullable Runnable whenIdle;

    /**
     * @param maxRows most rows of a batch
     * @param parallelRuns most batches at once, and between how many threads rows are shared
     * @param lengths what holds where the length of rows varies
     */
    VersionQueue(int maxRows, int parallelRuns, LengthPolicy lengths) {
        this.maxRows = maxRows;
        this.parallelRuns = parallelRuns;
        this.lengths = lengths;
    }

    /** From now on batches have other bounds; those that run are left alone. */
    void retune(int otherMaxRows, int otherParallelRuns, LengthPolicy otherLengths) {
        synchronized (lock) {
            maxRows = otherMaxRows;
            parallelRuns = otherParallelRuns;
            lengths = otherLengths;
        }
    }

    /** Appends units in order; false, and nothing taken, after {@link #close}. */
    boolean add(List<RowUnit> units) {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            for (RowUnit unit : units) {
                append(unit);
            }
            return true;
        }
    }

    @GuardedBy("lock") private void append(RowUnit unit) {
        unit.waiting = true;
        waitingCells += unit.cells();
        RowUnit before = newest;
        unit.older = before;
        if (newest == null) {
            oldest = unit;
        } else {
            newest.newer = unit;
        }
        newest = unit;
        RowShapes shapes = unit.request().shapes();
        if (!shapes.areShared()) {
            return;
        }
        RowUnit.Bucket bucket = before == null ? null : before.bucket;
        if (bucket == null || !bucket.shapes.equals(shapes)) {
            bucket = buckets.computeIfAbsent(shapes, RowUnit.Bucket::new);
        }
        unit.bucket = bucket;
        unit.bucketOlder = bucket.newest;
        if (bucket.newest == null) {
            bucket.oldest = unit;
        } else {
            bucket.newest.bucketNewer = unit;
        }
        bucket.newest = unit;
    }

    /** Takes a unit out before it ran; false when it is not waiting (any more). */
    boolean remove(RowUnit unit) {
        synchronized (lock) {
            if (!unit.waiting) {
                return false;
            }
            unlink(unit);
            return true;
        }
    }

    @GuardedBy("lock") private void unlink(RowUnit unit) {
        unit.waiting = false;
        waitingCells -= unit.cells();
        if (unit.older == null) {
            oldest = unit.newer;
        } else {
            unit.older.newer = unit.newer;
        }
        if (unit.newer == null) {
            newest = unit.older;
        } else {
            unit.newer.older = unit.older;
        }
        RowUnit.Bucket bucket = unit.bucket;
        if (bucket != null) {
            if (unit.bucketOlder == null) {
                bucket.oldest = unit.bucketNewer;
            } else {
                unit.bucketOlder.bucketNewer = unit.bucketNewer;
            }
            if (unit.bucketNewer == null) {
                bucket.newest = unit.bucketOlder;
            } else {
                unit.bucketNewer.bucketOlder = unit.bucketOlder;
            }
            if (bucket.oldest == null) {
                buckets.remove(bucket.shapes);
            }
        }
        unit.older = null;
        unit.newer = null;
        unit.bucket = null;
        unit.bucketOlder = null;
        unit.bucketNewer = null;
    }

    /**
     * Takes the next batch; {@link #finished} must follow when it has units.
     *
     * @param sharing false to take one unit only
     * @param sharers between how many takers the rows are shared, 1 or greater
     * @return null when nothing waits
     */
    @Nullable Batch take(long nowNanos, boolean sharing, int sharers) {
        synchronized (lock) {
            return takeOldest(nowNanos, sharing, sharers, Long.MAX_VALUE);
        }
    }

    /**
     * {@link #take} all of one kind by an event loop, up to the first with larger rows than a loop may run; null also when that
     * is the oldest.
     *
     * @param rowBytesMax most bytes of inputs in one row
     */
    @Nullable Batch takeInline(long nowNanos, boolean sharing, long rowBytesMax) {
        synchronized (lock) {
            boolean tooLarge = oldest != null && oldest.rowBytes() > rowBytesMax;
            return tooLarge ? null : takeOldest(nowNanos, sharing, 1, rowBytesMax);
        }
    }

    /** {@link #take} by a thread that has just taken this queue out of the ring; null also when enough batches run. */
    @Nullable Batch takeFromRing(long nowNanos, boolean sharing, int sharers) {
        synchronized (lock) {
            offered = false;
            return runs < parallelRuns ? takeOldest(nowNanos, sharing, sharers, Long.MAX_VALUE) : null;
        }
    }

    @GuardedBy("lock") private @Nullable Batch takeOldest(long nowNanos, boolean sharing, int sharers, long rowBytesMax) {
        List<RowUnit> expired = new ArrayList<>(0);
        RowUnit first = oldest;
        while (first != null && first.request().isExpired(nowNanos)) {
            unlink(first);
            expired.add(first);
            first = oldest;
        }
        if (first == null) {
            return expired.isEmpty() ? null : new Batch(List.of(), 0, 0, expired, nowNanos);
        }
        long share = (waitingCells + runningCells + sharers - 1) / sharers;
        long rowCells = first.request().rowCells();
        RowUnit candidate = sharing ? first.bucketNewer : null;
        List<RowUnit> units = new ArrayList<>(sharing ? (int) Math.min(maxRows, waitingCells / rowCells) : 1);
        int rows = start(first, units, nowNanos);
        while (candidate != null
                && candidate.rowBytes() <= rowBytesMax
                && rows * rowCells < share
                && rows + candidate.rows() <= maxRows
                && lengths.allows((rows + candidate.rows()) * rowCells)) {
            RowUnit next = candidate.bucketNewer;
            if (candidate.request().isExpired(nowNanos)) {
                unlink(candidate);
                expired.add(candidate);
            } else {
                rows += start(candidate, units, nowNanos);
            }
            candidate = next;
        }
        long cells = rows * rowCells;
        PaddingRule padding = lengths.padding();
        if (padding != null
                && sharing
                && cells < share
                && oldest != null
                && first.request().length() > 0) {
            SimilarLengths similar =
                    new SimilarLengths(lengths, maxRows, rows, first.request().length());
            for (RowUnit unit : similar.choose(ofOtherLengths(first, padding, expired, nowNanos, rowBytesMax), share)) {
                start(unit, units, nowNanos);
            }
            rows = similar.rows();
            cells = similar.cells();
        }
        runs++;
        runningCells += cells;
        return new Batch(units, rows, cells, expired, nowNanos);
    }

    /** Units among the oldest that could run with {@code first} if they were padded; takes out those whose time is over. */
    @GuardedBy("lock") private List<RowUnit> ofOtherLengths(
            RowUnit first, PaddingRule padding, List<RowUnit> expired, long nowNanos, long rowBytesMax) {
        List<RowUnit> found = new ArrayList<>();
        RowShapes shapes = first.request().shapes();
        RowUnit unit = oldest;
        for (int seen = 0; unit != null && seen < LOOK_AHEAD; seen++) {
            RowUnit next = unit.newer;
            RowShapes others = unit.request().shapes();
            if (unit.request().isExpired(nowNanos)) {
                unlink(unit);
                expired.add(unit);
            } else if (others.length() > 0 && unit.rowBytes() <= rowBytesMax && shapes.sameButLength(others, padding)) {
                found.add(unit);
            }
            unit = next;
        }
        return found;
    }

    @GuardedBy("lock") private int start(RowUnit unit, List<RowUnit> units, long nowNanos) {
        unlink(unit);
        unit.started = true;
        unit.startedNanos = nowNanos;
        units.add(unit);
        return unit.rows();
    }

    /** A batch with units has ended. */
    void finished(Batch batch) {
        Runnable idle;
        synchronized (lock) {
            runs--;
            runningCells -= batch.cells();
            idle = takeIdle();
        }
        if (idle != null) {
            idle.run();
        }
    }

    @GuardedBy("lock") private @Nullable Runnable takeIdle() {
        Runnable idle = runs == 0 ? whenIdle : null;
        if (idle != null) {
            whenIdle = null;
        }
        return idle;
    }

    /**
     * Whether the caller must put this queue into the ring now: something waits, another run is allowed, and it does not stand
     * there already.
     */
    boolean claimOffer() {
        synchronized (lock) {
            if (offered || oldest == null || runs >= parallelRuns) {
                return false;
            }
            offered = true;
            return true;
        }
    }

    /** When the first of these units left the queue to run, in nanoseconds; empty when none has. */
    OptionalLong startedNanos(List<RowUnit> units) {
        synchronized (lock) {
            boolean started = false;
            long earliest = 0;
            for (RowUnit unit : units) {
                if (unit.started && (!started || unit.startedNanos - earliest < 0)) {
                    earliest = unit.startedNanos;
                    started = true;
                }
            }
            return started ? OptionalLong.of(earliest) : OptionalLong.empty();
        }
    }

    /** Refuses units from now on and hands out those that wait. */
    List<RowUnit> close() {
        List<RowUnit> left = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            while (oldest != null) {
                RowUnit unit = oldest;
                unlink(unit);
                left.add(unit);
            }
        }
        return left;
    }

    /** Has {@code idle} called once no batch runs any more: here, or by whoever finishes the last one. */
    void whenIdle(Runnable idle) {
        Runnable now;
        synchronized (lock) {
            whenIdle = idle;
            now = takeIdle();
        }
        if (now != null) {
            now.run();
        }
    }
}
