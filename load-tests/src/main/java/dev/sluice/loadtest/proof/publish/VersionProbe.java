package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.versions.GoodVersions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server again and again, one request at a time, and notes which version answers and whether the answer is right.
 *
 * <p>Threading: has one thread; its methods are thread-safe.
 */
final class VersionProbe implements AutoCloseable {
    private static final long PAUSE_NANOS = 4_000_000L;
    private static final int COMPLAINTS_MAX = 20;
    private static final long STOP_MILLIS = 40_000;

    private final ModelServer server;
    private final String model;
    private final String request;
    private final GoodVersions good;
    private final LoadClock clock;
    private final Thread thread;

    /* Guarded by this. */
    private final Map<Long, Long> firstSeen = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long asked;
    private long wrong;
    private long newest;
    private boolean stopped;

    private VersionProbe(ModelServer server, String model, String request, GoodVersions good, LoadClock clock) {
        this.server = server;
        this.model = model;
        this.request = request;
        this.good = good;
        this.clock = clock;
        thread = new Thread(this::probe, "version-probe");
        thread.setDaemon(true);
    }

    static VersionProbe start(ModelServer server, String model, String request, GoodVersions good, LoadClock clock) {
        VersionProbe probe = new VersionProbe(server, model, request, good, clock);
        probe.thread.start();
        return probe;
    }

    private void probe() {
        try {
            while (!isStopped()) {
                ask();
                clock.sleepUntil(clock.nanoTime() + PAUSE_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() throws InterruptedException {
        @Nullable Long version = null;
        @Nullable String complaint;
        try {
            ModelAnswer answer = server.infer(model, request);
            complaint = answer.ok() ? good.complaint(answer) : "a probe must be answered, got " + answer.words();
            version = answer.ok() ? answer.version().orElse(null) : null;
        } catch (IOException e) {
            complaint = "a probe must be answered, got " + e;
        }
        note(version, complaint, clock.nanoTime());
    }

    private synchronized void note(@Nullable Long version, @Nullable String complaint, long nanos) {
        asked++;
        @Nullable String found = complaint;
        if (version != null) {
            firstSeen.putIfAbsent(version, nanos);
            if (found == null && version < newest) {
                found = "version " + version + " answered after version " + newest;
            }
            newest = Math.max(newest, version);
        }
        if (found != null) {
            wrong++;
            if (complaints.size() < COMPLAINTS_MAX) {
                complaints.add(found);
            }
        }
        notifyAll();
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** When a version answered first, as the clock has it; -1 when it has not {@code within} that many nanoseconds from now. */
    synchronized long awaitVersion(long version, long withinNanos) throws InterruptedException {
        long end = clock.nanoTime() + withinNanos;
        for (long left = withinNanos; !firstSeen.containsKey(version) && left > 0; left = end - clock.nanoTime()) {
            wait(left / 1_000_000 + 1);
        }
        return firstSeen.getOrDefault(version, -1L);
    }

    /** Whether that version has answered. */
    synchronized boolean hasSeen(long version) {
        return firstSeen.containsKey(version);
    }

    /** Requests so far. */
    synchronized long asked() {
        return asked;
    }

    /** Those that failed or were answered wrong. */
    synchronized long wrong() {
        return wrong;
    }

    /** The first things that were wrong. */
    synchronized List<String> complaints() {
        return List.copyOf(complaints);
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
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
