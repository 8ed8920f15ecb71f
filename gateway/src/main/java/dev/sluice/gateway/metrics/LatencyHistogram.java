package dev.sluice.gateway.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations counted in fixed buckets, 50 µs to 30 s, which add up over replicas.
 *
 * <p>Recording reads no clock and allocates nothing: five of these are recorded for every request.
 *
 * <p>Threading: thread-safe; lock-free.
 */
final class LatencyHistogram {
    private static final long[] BOUNDS_MICROS = {
        50,
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000
    };

    private static final long[] BOUNDS_NANOS =
            Arrays.stream(BOUNDS_MICROS).map(TimeUnit.MICROSECONDS::toNanos).toArray();

    private static final double NANOS_PER_SECOND = 1e9;

    /** Per bucket, and last what is beyond all of them. */
    private final LongAdder[] counts = new LongAdder[BOUNDS_NANOS.length + 1];

    private final LongAdder sumNanos = new LongAdder();

    LatencyHistogram() {
        Arrays.setAll(counts, ignored -> new LongAdder());
    }

    /** Counts one duration in nanoseconds. */
    void record(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
    }

    /** Writes the samples of a histogram of this name, in seconds. */
    void write(PrometheusText text, String name, String... labels) {
        String[] withBound = Arrays.copyOf(labels, labels.length + 2);
        withBound[labels.length] = "le";
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i].sum();
            withBound[labels.length + 1] =
                    i == BOUNDS_NANOS.length ? "+Inf" : Double.toString(BOUNDS_NANOS[i] / NANOS_PER_SECOND);
            text.sample(name + "_bucket", (double) count, withBound);
        }
        text.sample(name + "_count", (double) count, labels);
        text.sample(name + "_sum", sumNanos.sum() / NANOS_PER_SECOND, labels);
    }
}
