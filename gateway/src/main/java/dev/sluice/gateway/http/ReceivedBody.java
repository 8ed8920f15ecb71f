package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one body as they arrived, and the budget that they take.
 *
 * <p>Small bodies come in one piece and are never copied; the pieces of large ones are joined where they are decoded, which is
 * not an event loop. Pieces of a few bytes are gathered: kept one by one they would take many times the budget.
 *
 * <p>Ownership: whoever holds it calls {@link #release} once the bytes are not needed any more; further calls do nothing.
 *
 * <p>Threading: one thread at a time.
 */
final class ReceivedBody {
    private static final int SMALL_BYTES_MAX = 4 << 10;
    private static final int GATHERED_BYTES_MAX = 64 << 10;

    private final HeapBudget budget;
    private List<Buffer> pieces = new ArrayList<>(1);
    private long length;
    private long reserved;
    /** Whether the last piece was made here, so that more may be added to it. */
    private boolean gathering;

    ReceivedBody(HeapBudget budget) {
        this.budget = budget;
    }

    /**
     * Adds a piece.
     *
     * @throws dev.sluice.model.InferenceException when the budget does not have it
     */
    void add(Buffer piece) {
        budget.reserve(piece.length());
        reserved += piece.length();
        length += piece.length();
        if (pieces.isEmpty() || piece.length() > SMALL_BYTES_MAX) {
            pieces.add(piece);
            gathering = false;
            return;
        }
        if (!gathering || pieces.get(pieces.size() - 1).length() + piece.length() > GATHERED_BYTES_MAX) {
            pieces.add(Buffer.buffer(SMALL_BYTES_MAX));
            gathering = true;
        }
        pieces.get(pieces.size() - 1).appendBuffer(piece);
    }

    int pieceCount() {
        return pieces.size();
    }

    /** Bytes so far. */
    long length() {
        return length;
    }

    /**
     * All bytes in one array, which may be longer and start before them.
     *
     * @throws dev.sluice.model.InferenceException when there is no budget to join them
     */
    Span join() {
        if (pieces.size() == 1) {
            ByteBuf bytes = ((BufferInternal) pieces.get(0)).getByteBuf();
            if (bytes.hasArray()) {
                return new Span(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
            }
        }
        budget.reserve(length);
        reserved += length;
        byte[] joined = new byte[(int) length];
        int at = 0;
        for (Buffer piece : pieces) {
            piece.getBytes(joined, at);
            at += piece.length();
        }
        pieces = new ArrayList<>(0);
        gathering = false;
        budget.release(length);
        reserved -= length;
        return new Span(joined, 0, joined.length);
    }

    void release() {
        pieces = List.of();
        budget.release(reserved);
        reserved = 0;
    }

    /** A part of an array. */
    static final class Span {
        private final byte[] array;
        private final int offset;
        private final int length;

        Span(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }

        byte[] array() {
            return array;
        }

        int offset() {
            return offset;
        }

        int length() {
            return length;
        }
    }
}
