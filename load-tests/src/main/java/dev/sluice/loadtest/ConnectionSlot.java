package dev.sluice.loadtest;

import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection and the request it is busy with, if any.
 *
 * <p>A request ends once: by its answer, by a failure, or by the timeout sweep, which closes the connection. Callbacks
 * that Vert.x makes afterwards carry an older exchange number and are ignored.
 *
 * <p>Threading: confined to one event loop.
 */
final class ConnectionSlot {
    private final LoadConnections owner;
    private @Nullable HttpClientConnection connection;
    private boolean busy = true;
    private long exchange;
    private long intendedNanos;

    /** A slot whose connection is being opened for the request of {@code intendedNanos}. */
    ConnectionSlot(LoadConnections owner, long intendedNanos) {
        this.owner = owner;
        this.intendedNanos = intendedNanos;
    }

    boolean isBusy() {
        return busy;
    }

    long intendedNanos() {
        return intendedNanos;
    }

    /** The connection is open: sends the request it was opened for, unless that has timed out. */
    void opened(HttpClientConnection opened, PreparedRequest request) {
        connection = opened;
        opened.closeHandler(closed -> owner.connectionClosed(this));
        send(intendedNanos, request);
    }

    /** Sends on the open, idle connection. */
    void send(long intended, PreparedRequest request) {
        HttpClientConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("a slot must be connected before it sends");
        }
        busy = true;
        intendedNanos = intended;
        long sending = ++exchange;
        open.request(request.options()).onComplete(created -> {
            if (created.failed()) {
                end(sending, FailureKind.RESET.code(), false);
            } else {
                sendBody(created.result(), request, sending);
            }
        });
    }

    private void sendBody(HttpClientRequest http, PreparedRequest request, long sending) {
        // Without a handler Vert.x logs a line for each request that a closing connection takes with it.
        http.exceptionHandler(failure -> end(sending, FailureKind.RESET.code(), false));
        http.send(request.body()).onComplete(answered -> {
            if (answered.failed()) {
                end(sending, FailureKind.RESET.code(), false);
            } else {
                readAnswer(answered.result(), sending);
            }
        });
    }

    private void readAnswer(HttpClientResponse response, long sending) {
        boolean reusable = !"close".equalsIgnoreCase(response.getHeader("Connection"));
        int status = response.statusCode();
        response.end().onComplete(ended -> {
            if (ended.failed()) {
                end(sending, FailureKind.RESET.code(), false);
            } else {
                end(sending, status, reusable);
            }
        });
    }

    private void end(long sending, int outcome, boolean reusable) {
        if (sending != exchange || !busy) {
            return;
        }
        finish(outcome, reusable);
    }

    /** Ends the current request by force; a connection with an answer under way cannot be used again. */
    void abort(int outcome) {
        finish(outcome, false);
    }

    private void finish(int outcome, boolean reusable) {
        busy = false;
        exchange++;
        if (!reusable) {
            disconnect();
        }
        owner.exchangeEnded(this, intendedNanos, outcome, reusable);
    }

    void disconnect() {
        HttpClientConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
