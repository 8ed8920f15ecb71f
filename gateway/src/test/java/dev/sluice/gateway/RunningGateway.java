package dev.sluice.gateway;

import java.nio.file.Path;

/** A whole gateway in this process, on free ports, with the blocked-thread checker at 50 ms. */
public final class RunningGateway implements AutoCloseable {
    private final Gateway gateway;

    private RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Serves a repository and waits until its models are loaded.
     *
     * @param settings {@code key=value} as after {@code --set}
     */
    public static RunningGateway start(Path repository, String... settings) {
        return new RunningGateway(Gateway.start(TestConfig.of(repository, settings), StartupListener.silent()));
    }

    public int port() {
        return gateway.httpPort();
    }

    public int metricsPort() {
        return gateway.metricsPort();
    }

    public HttpCalls calls() {
        return new HttpCalls(port());
    }

    public HttpCalls control() {
        return new HttpCalls(gateway.controlPort());
    }

    public HttpCalls metrics() {
        return new HttpCalls(metricsPort());
    }

    public Gateway gateway() {
        return gateway;
    }

    @Override
    public void close() {
        gateway.close();
    }
}
