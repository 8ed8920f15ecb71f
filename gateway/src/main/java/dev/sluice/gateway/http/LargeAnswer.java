package dev.sluice.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes one answer in pieces, as fast as its client takes them.
 *
 * <p>Netty copies what it is given into native memory at once. A large body as a whole would hold the event loop meanwhile, and
 * take that memory for as long as the client is slow.
 *
 * <p>Threading: confined to the response's event loop.
 */
final class LargeAnswer {
    /** Answers up to this many bytes are written in one piece. */
    static final int PIECE_BYTES_MAX = 128 << 10;

    private final HttpServerResponse response;
    private final Buffer body;
    private final Runnable progress;
    private final Promise<Void> written = Promise.promise();
    private int at;

    /**
     * @param progress called whenever the client has taken a piece
     */
    LargeAnswer(HttpServerResponse response, Buffer body, Runnable progress) {
        this.response = response;
        this.body = body;
        this.progress = progress;
    }

    /** Begins; completes when the last piece was handed to the network, or the client has gone. */
    Future<Void> write() {
        response.putHeader("content-length", Integer.toString(body.length()));
        response.drainHandler(ignored -> {
            progress.run();
            writeWhatFits();
        });
        writeWhatFits();
        return written.future();
    }

    private void writeWhatFits() {
        while (at < body.length()) {
            if (response.writeQueueFull()) {
                return;
            }
            int from = at;
            at = Math.min(body.length(), from + PIECE_BYTES_MAX);
            Buffer piece = body.slice(from, at);
            if (at < body.length()) {
                response.write(piece);
            } else {
                response.end(piece).onComplete(ended -> written.tryComplete());
            }
        }
    }

    /** The client has gone. */
    void abandon() {
        written.tryComplete();
    }
}
