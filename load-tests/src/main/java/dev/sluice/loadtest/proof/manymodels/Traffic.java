package dev.sluice.loadtest.proof.manymodels;

import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ModelServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of clients that ask models by their popularity, each one request at a time.
 *
 * <p>Threading: a thread for each client; its methods are thread-safe.
 */
final class Traffic implements AutoCloseable {
    private static final int COMPLAINTS_MAX = 20;
    private static final long STOP_MILLIS = 40_000;
    private static final int DIGITS = 3;

    private final ManyModelsPlan plan;
    private final ModelServer server;
    private final ModelSet models;
    private final LoadClock clock;
    private final Zipf popularity;
    private final List<Integer> byRank;
    private final RecentModels recent;
    private final List<Thread> threads = new ArrayList<>();

    /* Guarded by this. */
    private final Map<Residency, Histogram> latency = new EnumMap<>(Residency.class);
    private final List<String> complaints = new ArrayList<>();
    private final BitSet asked = new BitSet();
    private long answers;
    private long failed;
    private boolean stopped;

    Traffic(ManyModelsPlan plan, ModelServer server, ModelSet models, LoadClock clock) {
        this.plan = plan;
        this.server = server;
        this.models = models;
        this.clock = clock;
        popularity = new Zipf(plan.models(), plan.exponent());
        Integer[] order = new Integer[plan.models()];
        Arrays.setAll(order, i -> i);
        byRank = Arrays.asList(order);
        Collections.shuffle(byRank, new Random(plan.seed()));
        recent = new RecentModels(plan.room());
        for (Residency residency : Residency.values()) {
            latency.put(residency, new Histogram(DIGITS));
        }
    }

    void start() {
        for (int i = 0; i < plan.connections(); i++) {
            RandomGenerator random = new Random(plan.seed() + 1 + i);
            Thread thread = new Thread(() -> ask(random), "client-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void ask(RandomGenerator random) {
        try {
            while (!isStopped()) {
                int model = byRank.get(popularity.draw(random));
                Residency residency = recent.ask(model);
                long began = clock.nanoTime();
                @Nullable String complaint;
                try {
                    complaint = models.complaint(model, server.infer(models.name(model), models.request(model)));
                } catch (IOException e) {
                    complaint = models.name(model) + " must answer, got " + e;
                }
                note(model, residency, clock.nanoTime() - began, complaint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void note(int model, Residency residency, long nanos, @Nullable String complaint) {
        asked.set(model);
        if (complaint == null) {
            answers++;
            Histogram histogram = latency.get(residency);
            if (histogram != null) {
                histogram.recordValue(nanos);
            }
        } else {
            failed++;
            if (complaints.size() < COMPLAINTS_MAX) {
                complaints.add(complaint);
            }
        }
    }

    /** Right answers so far. */
    synchronized long answers() {
        return answers;
    }

    /** Requests that failed or were answered wrong so far. */
    synchronized long failed() {
        return failed;
    }

    /** The first things that were wrong. */
    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Different models that were asked so far. */
    synchronized int modelsAsked() {
        return asked.cardinality();
    }

    /** Latencies of right answers in nanoseconds, by what the client knows. */
    synchronized Map<Residency, Histogram> latency() {
        Map<Residency, Histogram> copies = new EnumMap<>(Residency.class);
        latency.forEach((residency, histogram) -> copies.put(residency, histogram.copy()));
        return copies;
    }

    @Override
    public void close() {
        stop();
    }

    /** Asks nothing more, and waits for the last answer. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        try {
            for (Thread thread : threads) {
                thread.join(STOP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
