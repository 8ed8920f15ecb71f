package dev.sluice.canary.inputlog;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One way that records take: chosen, queued, redacted and handed to one sink, by a thread of its own.
 *
 * <p>The thread looks at the queue every few milliseconds instead of being woken for every record: waking a thread costs a
 * request more than everything else here. While a sink cannot take records, they wait in the queue, and beyond its bound go as
 * {@link WhenFull} says; the channel tries again until the sink works.
 *
 * <p>Threading: thread-safe; {@link #offer} and {@link #sampledOut} never wait for the sink.
 */
public final class RecordChannel {
    private static final Logger LOG = LoggerFactory.getLogger(RecordChannel.class);
    private static final int BATCH = 64;
    private static final long POLL_NANOS = 10_000_000;
    private static final long IDLE_POLL_NANOS = 50_000_000;
    private static final int IDLE_AFTER_POLLS = 100;
    private static final long RETRY_NANOS = 200_000_000;

    private final String name;
    private final Selector selector;
    private final Redactor redactor;
    private final LogSink sink;
    private final ChannelOptions options;
    private final InstantSource clock;
    private final RecordQueue queue;
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private final ArrayDeque<RecordQueue.Entry> batch = new ArrayDeque<>(BATCH);

    private volatile boolean stopping;
    private volatile long stopNanos;
    private final AtomicLong failedFlushes = new AtomicLong();
    private volatile boolean failing;

    // Of the channel's thread alone: what the sink has collected, all of one window.
    private long collected;
    private long collectedDigests;
    private @Nullable WindowTally collectedIn;
    private long nextFlushNanos;
    private long nextWindowNanos;

    /**
     * A channel that begins with its first record.
     *
     * @param name for metrics and messages, for example {@code file}
     * @param sink belongs to the channel, which closes it
     */
    public RecordChannel(
            String name,
            Selector selector,
            Redactor redactor,
            LogSink sink,
            ChannelOptions options,
            InstantSource clock) {
        this.name = name;
        this.selector = selector;
        this.redactor = redactor;
        this.sink = sink;
        this.options = options;
        this.clock = clock;
        this.queue = new RecordQueue(options.queueBytesMax(), options.whenFull(), clock.instant());
        this.thread = new Thread(this::work, "sluice-log-" + name);
        this.thread.setDaemon(true);
    }

    public String name() {
        return name;
    }

    /** Whether requests of a model so configured count for this channel. */
    boolean concerns(ModelConfig config) {
        return selector.concerns(config);
    }

    /** Whether a request is recorded; null when it is sampled out. */
    @Nullable Selection select(
            ModelConfig config,
            ModelKey model,
            String arm,
            String predictionId,
            @Nullable String key,
            boolean flagged,
            boolean failed) {
        return selector.select(config, model, arm, predictionId, key, flagged, failed);
    }

    /** A request that was not chosen. */
    void sampledOut() {
        queue.sampledOut();
        start();
    }

    /** A request that was chosen and of which no record can be made. */
    void unwritable() {
        queue.unwritable();
    }

    /** Takes a record over, or drops and counts it; never waits. */
    void offer(InferenceRecord record) {
        boolean filling = queue.offer(record);
        start();
        if (filling) {
            LockSupport.unpark(thread);
        }
    }

    /** How it is doing. */
    public ChannelReport report() {
        return new ChannelReport(name, queue.totals(), queue.bytes(), queue.bytesMax(), failedFlushes.get(), failing);
    }

    /**
     * Hands over what it has, as far as the time goes, and ends; what is left is counted as dropped. Blocks so long.
     *
     * @param timeout after which it gives up
     */
    public void close(Duration timeout) {
        stopNanos = System.nanoTime() + timeout.toNanos();
        stopping = true;
        start();
        LockSupport.unpark(thread);
        try {
            thread.join(Math.max(1, timeout.toMillis()) + RETRY_NANOS / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            queue.stop();
            LOG.warn("event=log_not_closed channel={} reason=\"its sink does not return\"", name);
        }
    }

    private void start() {
        if (!started.get() && started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private void work() {
        nextWindowNanos = System.nanoTime() + options.window().toNanos();
        nextFlushNanos = System.nanoTime() + options.flush().toNanos();
        try {
            int idle = 0;
            while (!stopping) {
                idle = step() ? 0 : idle + 1;
                if (idle > 0) {
                    LockSupport.parkNanos(idle > IDLE_AFTER_POLLS ? IDLE_POLL_NANOS : POLL_NANOS);
                }
            }
            queue.stop();
            queue.endWindow(clock.instant());
            while (step()) {
                // Until the end of the last window was written.
            }
        } catch (RuntimeException | Error e) {
            LOG.error("event=log_failed channel={} reason=\"nothing is recorded from here on\"", name, e);
            queue.stop();
            giveUp();
        } finally {
            sink.close();
        }
    }

    /** Works on what waits; false when nothing did. */
    private boolean step() {
        long now = System.nanoTime();
        if (now - nextWindowNanos >= 0 || sink.wantsWindowEnd()) {
            nextWindowNanos = now + options.window().toNanos();
            queue.endWindow(clock.instant());
        }
        queue.take(batch, BATCH);
        boolean worked = !batch.isEmpty();
        for (RecordQueue.Entry entry = batch.poll(); entry != null; entry = batch.poll()) {
            work(entry);
        }
        if (collected == 0) {
            nextFlushNanos = now + options.flush().toNanos();
        } else if (now - nextFlushNanos >= 0) {
            flush();
        }
        return worked;
    }

    private void work(RecordQueue.Entry entry) {
        InferenceRecord record = entry.record();
        if (record == null) {
            flush();
            WindowCounts counts = queue.counts(entry.window());
            attempt(() -> sink.windowEnded(counts));
            return;
        }
        if (sink.isFull()) {
            flush();
        }
        try {
            add(record, entry);
        } finally {
            queue.done(entry);
        }
    }

    private void add(InferenceRecord record, RecordQueue.Entry entry) {
        if (stopping && failing) {
            record.release();
            queue.dropped(entry.window(), DropReason.STOPPED, 1);
            return;
        }
        InferenceRecord kept;
        try {
            kept = redactor.apply(record);
        } catch (RuntimeException e) {
            LOG.error(
                    "event=record_unwritable channel={} prediction_id={}",
                    name,
                    record.head().predictionId(),
                    e);
            queue.dropped(entry.window(), DropReason.UNWRITABLE, 1);
            return;
        }
        try {
            sink.add(kept);
            collected++;
            collectedDigests += kept.isDigest() ? 1 : 0;
            collectedIn = entry.window();
        } catch (UnwritableRecordException e) {
            LOG.debug("event=record_unwritable channel={} reason=\"{}\"", name, e.getMessage());
            queue.dropped(entry.window(), DropReason.UNWRITABLE, 1);
        } finally {
            kept.release();
        }
    }

    /** Hands over what the sink has collected; comes back when that is done, or when the channel stops and cannot do it. */
    private void flush() {
        WindowTally window = collectedIn;
        if (window == null || collected == 0) {
            return;
        }
        int[] refused = new int[1];
        long digests = collectedDigests + sink.shedToDigests();
        if (attempt(() -> refused[0] = sink.flush())) {
            queue.dropped(window, DropReason.REFUSED, refused[0]);
            queue.logged(window, collected - refused[0], Math.min(digests, collected - refused[0]));
        } else {
            queue.dropped(window, DropReason.STOPPED, collected);
        }
        collected = 0;
        collectedDigests = 0;
        collectedIn = null;
        nextFlushNanos = System.nanoTime() + options.flush().toNanos();
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** Tries until it works; false when the channel stops and its time is over. */
    private boolean attempt(Attempt attempt) {
        while (true) {
            try {
                attempt.run();
                if (failing) {
                    failing = false;
                    LOG.info("event=log_recovered channel={}", name);
                }
                return true;
            } catch (IOException e) {
                failedFlushes.incrementAndGet();
                if (!failing) {
                    failing = true;
                    LOG.warn("event=log_failing channel={} reason=\"{}\"", name, e.toString());
                }
            }
            if (stopping && System.nanoTime() - stopNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** Nothing can be handed over any more: counts and releases all that waits. */
    private void giveUp() {
        if (collectedIn != null) {
            queue.dropped(collectedIn, DropReason.STOPPED, collected);
        }
        do {
            for (RecordQueue.Entry entry = batch.poll(); entry != null; entry = batch.poll()) {
                InferenceRecord record = entry.record();
                if (record != null) {
                    record.release();
                    queue.dropped(entry.window(), DropReason.STOPPED, 1);
                    queue.done(entry);
                }
            }
            queue.take(batch, BATCH);
        } while (!batch.isEmpty());
    }
}
