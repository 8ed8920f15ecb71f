package dev.sluice.canary.feedback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes numbers of varying length and texts in memory that grows: unsigned LEB128, and texts in UTF-8 behind their
 * length in bytes.
 *
 * <p>Threading: confined to one thread.
 */
final class ByteCursor {
    private byte[] bytes;
    private int at;

    /** Writes into memory of its own. */
    ByteCursor() {
        bytes = new byte[256];
    }

    /** Reads. */
    ByteCursor(byte[] bytes) {
        this.bytes = bytes;
    }

    int at() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    void skip(int count) {
        at += count;
    }

    byte[] written() {
        return Arrays.copyOf(bytes, at);
    }

    private void room(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }

    void putByte(int value) {
        room(1);
        bytes[at++] = (byte) value;
    }

    int getByte() {
        return bytes[at++];
    }

    void putBytes(byte[] from) {
        room(from.length);
        System.arraycopy(from, 0, bytes, at, from.length);
        at += from.length;
    }

    byte[] getBytes(int length) {
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }

    void putNumber(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    long getNumber() {
        long value = 0;
        int shift = 0;
        while (true) {
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
            shift += 7;
        }
    }

    /** Small numbers of either sign take few bytes. */
    void putSigned(long value) {
        putNumber((value << 1) ^ (value >> 63));
    }

    long getSigned() {
        long number = getNumber();
        return (number >>> 1) ^ -(number & 1);
    }

    void putLong(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(at, value);
        at += Long.BYTES;
    }

    long getLong() {
        long value = ByteBuffer.wrap(bytes).getLong(at);
        at += Long.BYTES;
        return value;
    }

    void putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putNumber(utf8.length);
        putBytes(utf8);
    }

    String getText() {
        int length = (int) getNumber();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }
}
