package dev.sluice.loadtest.proof.speed.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One field of a protocol-buffers message, as it lies in the file.
 *
 * <p>Threading: confined to its owner; the buffers are views.
 */
final class ProtoField {
    private final int number;
    private final ByteBuffer whole;
    private final ByteBuffer content;

    private ProtoField(int number, ByteBuffer whole, ByteBuffer content) {
        this.number = number;
        this.whole = whole;
        this.content = content;
    }

    /**
     * The fields of a message, in order.
     *
     * @throws IOException if it is no message
     */
    static List<ProtoField> split(ByteBuffer message) throws IOException {
        List<ProtoField> fields = new ArrayList<>();
        ByteBuffer in = message.duplicate();
        while (in.hasRemaining()) {
            int from = in.position();
            long tag = varint(in);
            int length = switch ((int) (tag & 7)) {
                case 0 -> skipVarint(in);
                case 1 -> Long.BYTES;
                case 2 -> Math.toIntExact(varint(in));
                case 5 -> Integer.BYTES;
                default -> throw new IOException("wire type " + (tag & 7) + " is unknown");
            };
            if (length < 0 || length > in.remaining()) {
                throw new IOException("a field of " + length + " bytes must fit into " + in.remaining());
            }
            ByteBuffer content = in.slice(in.position(), length);
            in.position(in.position() + length);
            fields.add(new ProtoField((int) (tag >>> 3), message.slice(from, in.position() - from), content));
        }
        return fields;
    }

    private static int skipVarint(ByteBuffer in) throws IOException {
        varint(in);
        return 0;
    }

    private static long varint(ByteBuffer in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!in.hasRemaining()) {
                throw new IOException("the message ends inside a number");
            }
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a number is longer than 64 bits");
    }

    int number() {
        return number;
    }

    /** Tag, length and content. */
    ByteBuffer whole() {
        return whole.duplicate();
    }

    /** What is inside a field with a length. */
    ByteBuffer content() {
        return content.duplicate();
    }
}
