package dev.sluice.gateway.http;

import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.TensorSet;
import java.util.Arrays;

/**
 * One form of prediction bodies: reads a request's body, and writes the body of its answer.
 *
 * <p>Threading: thread-safe; called on event loops and codec threads.
 */
interface BodyCodec {
    /**
     * Reads a body.
     *
     * @param jsonLength bytes of JSON before binary tensors; 0 = the whole body is one raw tensor; -1 = the whole body is JSON
     * @throws dev.sluice.model.InferenceException with INVALID_INPUT and others; no memory is kept then
     */
    Decoded decode(InferenceCall call, byte[] body, int offset, int length, int jsonLength);

    /** A body that was read. Carries one reference of its inputs until {@link #request} hands it on. */
    interface Decoded {
        TensorSet inputs();

        /** The time limit that the body asks for, from arrival; 0 = none. */
        long timeoutNanos();

        /** The request; it takes over the reference to the inputs. */
        InferRequest request(String predictionId, long deadlineNanos);

        /** Writes the answer; the caller keeps the reference to {@code response}. */
        Encoded encode(InferenceCall call, InferRequest request, InferResponse response);
    }

    /** The body of an answer: the first bytes of an array, bytes of JSON (-1 when all is), and their coding. */
    final class Encoded {
        private final byte[] array;
        private final int length;
        private final int jsonLength;
        private final ContentCoding coding;

        Encoded(byte[] array, int length, int jsonLength, ContentCoding coding) {
            this.array = array;
            this.length = length;
            this.jsonLength = jsonLength;
            this.coding = coding;
        }

        /** May be longer than the body; memory of this thread, whose next body overwrites it, until {@link #detached}. */
        byte[] array() {
            return array;
        }

        int length() {
            return length;
        }

        int jsonLength() {
            return jsonLength;
        }

        ContentCoding coding() {
            return coding;
        }

        /** The same over memory of its own. */
        Encoded detached() {
            return new Encoded(Arrays.copyOf(array, length), length, jsonLength, coding);
        }
    }
}
