package dev.sluice.loadtest.proof.versions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the content of a protocol-buffers field lies in a file.
 *
 * <p>Threading: immutable.
 *
 * @param number of the field
 * @param from first byte of the content: a number itself, or what follows a length
 * @param to behind its last byte
 * @see "Protocol Buffers documentation, Encoding"
 */
record ProtoSpan(int number, int from, int to) {

    /** The fields of a whole file. */
    static List<ProtoSpan> of(byte[] file) throws IOException {
        return new ProtoSpan(0, 0, file.length).fields(file);
    }

    /**
     * The fields of the message that is this content, in order.
     *
     * @throws IOException if it is no message
     */
    List<ProtoSpan> fields(byte[] file) throws IOException {
        List<ProtoSpan> fields = new ArrayList<>();
        int at = from;
        while (at < to) {
            int valueAt = afterVarint(file, at);
            long tag = varint(file, at, valueAt);
            int begin = valueAt;
            int end = switch ((int) (tag & 7)) {
                case 0 -> afterVarint(file, valueAt);
                case 1 -> valueAt + Long.BYTES;
                case 2 -> {
                    begin = afterVarint(file, valueAt);
                    yield Math.addExact(begin, Math.toIntExact(varint(file, valueAt, begin)));
                }
                case 5 -> valueAt + Integer.BYTES;
                default -> throw new IOException("wire type " + (tag & 7) + " is unknown");
            };
            if (end > to) {
                throw new IOException("a field must end before byte " + to + ", got " + end);
            }
            fields.add(new ProtoSpan((int) (tag >>> 3), begin, end));
            at = end;
        }
        return fields;
    }

    /** The fields of that number. */
    List<ProtoSpan> fields(byte[] file, int wanted) throws IOException {
        return fields(file).stream().filter(field -> field.number == wanted).toList();
    }

    /** The content as text. */
    String text(byte[] file) {
        return new String(file, from, to - from, StandardCharsets.UTF_8);
    }

    /** Whether a text field of this message has that value. */
    boolean holds(byte[] file, int field, String value) throws IOException {
        return fields(file, field).stream().anyMatch(span -> span.text(file).equals(value));
    }

    /** The content as a number. */
    long number(byte[] file) throws IOException {
        return varint(file, from, to);
    }

    private int afterVarint(byte[] file, int at) throws IOException {
        for (int end = at; end < to; end++) {
            if (file[end] >= 0) {
                return end + 1;
            }
        }
        throw new IOException("the message ends inside a number");
    }

    private static long varint(byte[] file, int from, int to) throws IOException {
        if (to - from > 10) {
            throw new IOException("a number is longer than 64 bits");
        }
        long value = 0;
        for (int i = to - 1; i >= from; i--) {
            value = value << 7 | (file[i] & 0x7F);
        }
        return value;
    }
}
