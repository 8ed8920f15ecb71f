package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.LogSink;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.protocol.ByteSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records into files of JSON Lines.
 *
 * <p>The lines of a segment are its head, records, and at the end of each window its sums. Segments end behind a window only, so
 * the last line of a closed one is its trailer. There is no file until there is something to write.
 *
 * <p>Bound: {@value #BUFFER_BYTES} bytes of lines in memory, and one record.
 *
 * <p>Threading: as {@link LogSink} says; {@link #segmentsClosed} and {@link #bytesWritten} are thread-safe.
 */
public final class JsonLinesSink implements LogSink {
    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesSink.class);
    private static final int BUFFER_BYTES = 256 << 10;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SegmentOptions options;
    private final InstantSource clock;
    private final Runnable onClosed;
    private final SegmentRecovery recovery;
    private final SegmentWriter segment;
    private final RecordEncoder records;
    private final MarkEncoder marks = new MarkEncoder();
    private final ByteSink buffer = new ByteSink();
    private final ByteSink mark = new ByteSink();
    private final AtomicLong segmentsClosed = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();

    private boolean recovered;
    private int shedToDigests;

    // Of the present window, as far as it is in the file.
    private long window = 1;
    private boolean settled = true;
    private final CRC32C checksum = new CRC32C();

    private boolean endAsked;
    private Instant nextEnd = Instant.MIN;

    /**
     * Touches no file before there is something to write.
     *
     * @param random names this process among all that write into the folder
     * @param onClosed is called whenever there is a closed segment in the folder that was not there before
     */
    public JsonLinesSink(SegmentOptions options, InstantSource clock, RandomGenerator random, Runnable onClosed) {
        this(options, clock, random, onClosed, new DiskStorage());
    }

    JsonLinesSink(
            SegmentOptions options,
            InstantSource clock,
            RandomGenerator random,
            Runnable onClosed,
            LogStorage storage) {
        String instance = MarkEncoder.hex(random.nextInt()) + MarkEncoder.hex(random.nextInt());
        this.options = options;
        this.clock = clock;
        this.onClosed = onClosed;
        this.recovery = new SegmentRecovery(options.folder(), instance);
        this.segment = new SegmentWriter(options, storage, instance);
        this.records = new RecordEncoder(options.recordBytesMax());
    }

    /** Segments that have ended. */
    public long segmentsClosed() {
        return segmentsClosed.get();
    }

    /** Bytes of lines that were written. */
    public long bytesWritten() {
        return bytesWritten.get();
    }

    @Override
    public void add(InferenceRecord record) throws UnwritableRecordException {
        if (records.encode(record, buffer) && !record.isDigest()) {
            shedToDigests++;
        }
    }

    @Override
    public int shedToDigests() {
        return shedToDigests;
    }

    @Override
    public boolean isFull() {
        return buffer.size() >= BUFFER_BYTES;
    }

    @Override
    public int flush() throws IOException {
        if (buffer.size() > 0) {
            append(buffer);
            checksum.update(buffer.array(), 0, buffer.size());
            settled = false;
            discard();
        }
        return 0;
    }

    @Override
    public boolean wantsWindowEnd() {
        if (!segment.isOpen() || endAsked) {
            return false;
        }
        Instant now = clock.instant();
        if (!isOver(now)) {
            return false;
        }
        if (settled) {
            // Nothing of a window that goes on is in it: it can end at once, also while no requests come.
            end(now);
            return false;
        }
        // Once is enough: a window that has something in the file ends as soon as its mark gets here.
        endAsked = true;
        return true;
    }

    @Override
    public void windowEnded(WindowCounts counts) throws IOException {
        // What was not flushed until now is counted as dropped.
        discard();
        mark.clear();
        marks.window(new LogLine.Window(counts, (int) checksum.getValue(), false), mark);
        append(mark);
        window = counts.number() + 1;
        settled = true;
        checksum.reset();
        endAsked = false;
        Instant now = clock.instant();
        if (isOver(now)) {
            end(now);
        }
    }

    @Override
    public void close() {
        if (segment.isOpen() && settled) {
            nextEnd = Instant.MIN;
            end(clock.instant());
        }
        segment.leave();
    }

    private void append(ByteSink lines) throws IOException {
        if (!recovered) {
            recovered = true;
            if (recovery.recover()) {
                onClosed.run();
            }
        }
        segment.append(lines, clock.instant(), window);
        bytesWritten.addAndGet(lines.size());
    }

    private void discard() {
        buffer.clear();
        shedToDigests = 0;
    }

    private boolean isOver(Instant now) {
        return segment.size() >= options.segmentBytesMax()
                || !now.isBefore(segment.created().plus(options.segmentTime()));
    }

    /** Ends the segment; where that cannot be done, it goes on and is tried again later. */
    private void end(Instant now) {
        if (now.isBefore(nextEnd)) {
            return;
        }
        try {
            Path closed = segment.end();
            if (closed != null) {
                LOG.debug("event=log_segment_closed file={}", closed);
                segmentsClosed.incrementAndGet();
                onClosed.run();
            }
            nextEnd = Instant.MIN;
        } catch (IOException e) {
            if (nextEnd.equals(Instant.MIN)) {
                LOG.warn("event=log_segment_not_closed reason=\"{}\"", e.toString());
            }
            nextEnd = now.plus(RETRY);
        }
    }
}
