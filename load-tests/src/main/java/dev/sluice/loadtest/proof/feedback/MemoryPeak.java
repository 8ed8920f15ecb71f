package dev.sluice.loadtest.proof.feedback;

import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ModelServer;
import java.io.IOException;

/**
 * The most resident memory that a server takes, looked at again and again until this is closed.
 *
 * <p>Threading: a thread of its own looks; any may read.
 */
final class MemoryPeak implements AutoCloseable {
    private static final long EVERY_NANOS = 200_000_000;

    private final LoadClock clock = LoadClock.system();
    private final ModelServer server;
    private final long atFirst;
    private final Thread thread;
    private volatile long most;
    private volatile boolean closed;

    private MemoryPeak(ModelServer server, long atFirst) {
        this.server = server;
        this.atFirst = atFirst;
        this.most = atFirst;
        this.thread = new Thread(this::watch, "memory-peak");
        this.thread.setDaemon(true);
    }

    static MemoryPeak begin(ModelServer server) throws IOException {
        MemoryPeak peak = new MemoryPeak(server, server.residentBytes());
        peak.thread.start();
        return peak;
    }

    private void watch() {
        while (!closed) {
            try {
                most = Math.max(most, server.residentBytes());
                clock.sleepUntil(clock.nanoTime() + EVERY_NANOS);
            } catch (IOException | InterruptedException e) {
                return;
            }
        }
    }

    long atFirst() {
        return atFirst;
    }

    long most() {
        return most;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
