package dev.sluice.canary.inputlog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a channel has still to write, and the counts of its windows. One lock guards both, so that the sums are exact whenever
 * they are looked at.
 *
 * <p>Bound: the bytes that waiting records and those in the channel's hands keep alive; digests have an eighth of it beside.
 * Nobody waits for room: what has none is dropped as {@link WhenFull} says, and counted.
 *
 * <p>Threading: thread-safe. Every operation is short; the lock is never held while records are encoded or written.
 */
final class RecordQueue {
    private static final int DIGEST_PART = 8;

    private final long bytesMax;
    private final WhenFull whenFull;

    @GuardedBy("this") private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    @GuardedBy("this") private final WindowTally total;

    @GuardedBy("this") private WindowTally window;

    @GuardedBy("this") private long bytes;

    @GuardedBy("this") private long digestBytes;

    @GuardedBy("this") private boolean stopped;

    /**
     * A record that waits, or the end of a window.
     *
     * @param record its reference belongs to the entry; null for the end of the window
     * @param byteSize that it counts for
     * @param digest whether only digests are left of it, for want of room
     */
    record Entry(@Nullable InferenceRecord record, long byteSize, boolean digest, WindowTally window) {}

    RecordQueue(long bytesMax, WhenFull whenFull, Instant now) {
        this.bytesMax = bytesMax;
        this.whenFull = whenFull;
        this.total = new WindowTally(0, now);
        this.window = new WindowTally(1, now);
    }

    /** A request that was not chosen. */
    synchronized void sampledOut() {
        received();
        window.sampledOut();
        total.sampledOut();
    }

    /** A request that was chosen and of which there is no record. */
    synchronized void unwritable() {
        received();
        dropped(window, DropReason.UNWRITABLE, 1);
    }

    /**
     * A record that was chosen.
     *
     * @param record its reference passes to the queue
     * @return whether this has made the queue more than half full, so that somebody should look after it soon
     */
    boolean offer(InferenceRecord record) {
        long size = record.byteSize();
        synchronized (this) {
            if (!stopped && (hasRoom(size) || (whenFull == WhenFull.DROP_OLDEST && makeRoom(size)))) {
                received();
                boolean wasLow = bytes <= bytesMax / 2;
                bytes += size;
                entries.addLast(new Entry(record, size, false, window));
                return wasLow && bytes > bytesMax / 2;
            }
            if (stopped || whenFull != WhenFull.SHED_TO_DIGEST) {
                received();
                dropped(window, stopped ? DropReason.STOPPED : DropReason.QUEUE_FULL, 1);
                record.release();
                return false;
            }
        }
        // Outside the lock: this looks at the tensors.
        InferenceRecord digest = record.digest();
        record.release();
        offerDigest(digest);
        return false;
    }

    private synchronized void offerDigest(InferenceRecord digest) {
        long size = digest.byteSize();
        received();
        if (stopped) {
            dropped(window, DropReason.STOPPED, 1);
        } else if (digestBytes + size <= bytesMax / DIGEST_PART) {
            digestBytes += size;
            entries.addLast(new Entry(digest, size, true, window));
        } else {
            dropped(window, DropReason.QUEUE_FULL, 1);
        }
    }

    /**
     * The next entries in order, at most {@code max}; they stay counted as bytes of the queue until {@link #done}.
     *
     * @param into is filled; empty before
     */
    synchronized void take(Queue<Entry> into, int max) {
        for (int i = 0; i < max; i++) {
            Entry entry = entries.pollFirst();
            if (entry == null) {
                return;
            }
            into.add(entry);
        }
    }

    /** An entry's record was dealt with and released. */
    synchronized void done(Entry entry) {
        if (entry.digest()) {
            digestBytes -= entry.byteSize();
        } else {
            bytes -= entry.byteSize();
        }
    }

    /** Records of a window are where they belong. */
    synchronized void logged(WindowTally in, long count, long digestsAmong) {
        in.logged(count, digestsAmong);
        total.logged(count, digestsAmong);
    }

    /** Records of a window will never be where they belong. */
    synchronized void dropped(WindowTally in, DropReason reason, long count) {
        if (count > 0) {
            in.dropped(reason, count);
            total.dropped(reason, count);
        }
    }

    /** Ends the present window: what was received until now is in front of its end in the queue. An empty one goes on. */
    synchronized void endWindow(Instant now) {
        if (window.isEmpty()) {
            window.beginAt(now);
            return;
        }
        window.endAt(now);
        entries.addLast(new Entry(null, 0, false, window));
        window = new WindowTally(window.number() + 1, now);
    }

    /** From now on whatever is offered is dropped. */
    synchronized void stop() {
        stopped = true;
    }

    /** The counts of a window as they are now. */
    synchronized WindowCounts counts(WindowTally of) {
        return of.counts();
    }

    /** All counts since the start. */
    synchronized WindowCounts totals() {
        return total.counts();
    }

    /** Bytes that waiting records keep alive, digests included. */
    synchronized long bytes() {
        return bytes + digestBytes;
    }

    /** The bound of {@link #bytes}. */
    long bytesMax() {
        return bytesMax + bytesMax / DIGEST_PART;
    }

    @GuardedBy("this") private boolean hasRoom(long size) {
        return bytes + size <= bytesMax;
    }

    /** Drops waiting records, oldest first, until there is room; false, and none is dropped, when there cannot be. */
    @GuardedBy("this") private boolean makeRoom(long size) {
        if (size > bytesMax) {
            return false;
        }
        Iterator<Entry> oldest = entries.iterator();
        while (!hasRoom(size) && oldest.hasNext()) {
            Entry entry = oldest.next();
            InferenceRecord waiting = entry.record();
            if (waiting != null && !entry.digest()) {
                oldest.remove();
                bytes -= entry.byteSize();
                dropped(entry.window(), DropReason.DISPLACED, 1);
                waiting.release();
            }
        }
        return hasRoom(size);
    }

    @GuardedBy("this") private void received() {
        window.received();
        total.received();
    }
}
