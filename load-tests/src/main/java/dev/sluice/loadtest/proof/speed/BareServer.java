package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.proof.server.ListeningLine;
import dev.sluice.loadtest.proof.server.ServerProcess;

/**
 * The bare baseline, started by this run.
 *
 * <p>Threading: confined to the main thread.
 */
final class BareServer implements AutoCloseable {
    private final ServerProcess process;

    BareServer(ServerProcess process) {
        this.process = process;
    }

    Target target(BodySource body) {
        ListeningLine listening = process.listening();
        return new Target("bare", listening.http(), listening.pid(), "bare", body);
    }

    @Override
    public void close() {
        process.close();
    }
}
