package dev.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of tensors in the protocol's binary form. */
final class LittleEndian {
    private LittleEndian() {}

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] shorts(int... values) {
        byte[] bytes = new byte[2 * values.length];
        ByteBuffer buffer = over(bytes);
        for (int value : values) {
            buffer.putShort((short) value);
        }
        return bytes;
    }

    static byte[] ints(int... values) {
        byte[] bytes = new byte[4 * values.length];
        over(bytes).asIntBuffer().put(values);
        return bytes;
    }

    static byte[] longs(long... values) {
        byte[] bytes = new byte[8 * values.length];
        over(bytes).asLongBuffer().put(values);
        return bytes;
    }

    static byte[] floats(float... values) {
        byte[] bytes = new byte[4 * values.length];
        over(bytes).asFloatBuffer().put(values);
        return bytes;
    }

    /** The elements of a BYTES tensor in UTF-8, each after its length. */
    static byte[] texts(String... values) {
        byte[][] elements = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            elements[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return elements(elements);
    }

    /** The elements of a BYTES tensor, each after its length. */
    static byte[] elements(byte[]... elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            out.writeBytes(ints(element.length));
            out.writeBytes(element);
        }
        return out.toByteArray();
    }

    private static ByteBuffer over(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
