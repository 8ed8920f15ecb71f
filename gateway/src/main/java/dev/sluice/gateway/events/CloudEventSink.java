package dev.sluice.gateway.events;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.LogSink;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import dev.sluice.canary.inputlog.WindowCounts;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends records as CloudEvents over HTTP, as KServe's loggers do: two events for each, its request and its response.
 *
 * <p>A record is logged when the receiver has answered all of its events with 2xx, and refused when it has answered one of them
 * with 4xx, but for 408, 425 and 429: those, 5xx, timeouts and broken connections are tried again, without the events that the
 * receiver has taken. An event arrives at least once: one whose answer is lost is sent again, with the same id and type.
 *
 * <p>Bound: records are collected until there are {@value #RECORDS_MIN} of them, or as many as fill a batch, or until their events have
 * {@value #BYTES_MAX} bytes.
 *
 * <p>Threading: confined to the channel's thread. A flush blocks for twice the timeout of a request at most, or for a second
 * where the receiver has asked to wait.
 */
public final class CloudEventSink implements LogSink {
    private static final int RECORDS_MIN = 256;
    private static final int BYTES_MAX = 4 << 20;
    private static final int REQUEST_OVERHEAD_BYTES = 1024;

    private final EventEncoder encoder;
    private final EventRequests requests;
    private final EventSender sender;
    private final int batchMax;
    private final List<Delivery> deliveries = new ArrayList<>();
    private @Nullable EventBatch batch;
    private int batchFirstRecord;
    private int records;
    private int shedToDigests;
    private long bytes;

    /**
     * A sink that connects with its first event.
     *
     * @param url the receiver, http or https
     * @param batchMax events in one request; 1 = each in its own, in binary content mode, else as a JSON batch
     * @param timeout of one request
     * @param recordBytesMax most bytes of the data of one record; of larger ones digests are sent
     * @param clock that a receiver's times are compared with
     */
    public CloudEventSink(URI url, int batchMax, Duration timeout, long recordBytesMax, InstantSource clock) {
        this.encoder = new EventEncoder(recordBytesMax);
        this.requests = new EventRequests(url, timeout);
        this.sender = new EventSender(timeout, clock);
        this.batchMax = batchMax;
    }

    @Override
    public void add(InferenceRecord record) throws UnwritableRecordException {
        for (CloudEvent event : encoder.encode(record)) {
            bytes += event.data().length + REQUEST_OVERHEAD_BYTES;
            if (batchMax == 1) {
                deliveries.add(new Delivery(requests.single(event), records, records));
            } else {
                addToBatch(event);
            }
        }
        records++;
        if (encoder.shedToDigest()) {
            shedToDigests++;
        }
    }

    @Override
    public int shedToDigests() {
        return shedToDigests;
    }

    private void addToBatch(CloudEvent event) {
        EventBatch current = batch;
        if (current == null) {
            current = new EventBatch();
            batch = current;
            batchFirstRecord = records;
        }
        current.add(event);
        if (current.count() == batchMax) {
            endBatch(current, records);
        }
    }

    private void endBatch(EventBatch ended, int lastRecord) {
        deliveries.add(new Delivery(requests.batch(ended.toByteArray()), batchFirstRecord, lastRecord));
        batch = null;
    }

    @Override
    public boolean isFull() {
        return records >= Math.max(RECORDS_MIN, batchMax) || bytes >= BYTES_MAX;
    }

    @Override
    public int flush() throws IOException {
        EventBatch current = batch;
        if (current != null) {
            endBatch(current, records - 1);
        }
        sender.send(deliveries);
        BitSet refused = new BitSet(records);
        for (Delivery delivery : deliveries) {
            if (delivery.fate() == Delivery.Fate.REFUSED) {
                refused.set(delivery.firstRecord(), delivery.lastRecord() + 1);
            }
        }
        clear();
        return refused.cardinality();
    }

    /** Receivers get no word of windows: the sums are in the metrics. */
    @Override
    public void windowEnded(WindowCounts counts) {}

    /** What is still collected is lost; nothing is waited for. */
    @Override
    public void close() {
        clear();
    }

    private void clear() {
        deliveries.clear();
        batch = null;
        records = 0;
        shedToDigests = 0;
        bytes = 0;
    }
}
