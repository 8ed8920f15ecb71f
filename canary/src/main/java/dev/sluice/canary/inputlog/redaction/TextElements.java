package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.FieldRule;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a BYTES tensor, and texts of other places: what is kept of them.
 *
 * <p>Threading: stateless.
 */
final class TextElements {
    /** Most bytes of a tensor's hashes; where a tensor has so many elements that they would take more, it is dropped. */
    static final int HASHES_BYTES_MAX = 64 << 20;

    private static final int LENGTH_BYTES = 4;
    private static final int HASHED_BYTES = LENGTH_BYTES + KeyedHash.TEXT_BYTES;

    private TextElements() {}

    /** What is kept of a text; null when nothing is. */
    static @Nullable String of(String text, FieldRule rule, @Nullable KeyedHash hash) {
        if (rule instanceof FieldRule.Hash && hash != null) {
            return hash.text(text);
        }
        if (rule instanceof FieldRule.Truncate truncate) {
            boolean isShort = text.codePointCount(0, text.length()) <= truncate.length();
            return isShort ? text : text.substring(0, text.offsetByCodePoints(0, truncate.length()));
        }
        return null;
    }

    /** Bytes that {@link #put} needs at most. */
    static long byteSizeMax(Tensor tensor, FieldRule rule) {
        long elements = tensor.shape().elementCount();
        if (rule instanceof FieldRule.Hash && isHashable(elements)) {
            return elements * HASHED_BYTES;
        }
        return rule instanceof FieldRule.Truncate ? tensor.byteSize() : elements * LENGTH_BYTES;
    }

    private static boolean isHashable(long elements) {
        return elements <= HASHES_BYTES_MAX / HASHED_BYTES;
    }

    /** Puts what is kept of the elements into {@code target} from {@code at} on; returns how many bytes that took. */
    static int put(Tensor tensor, FieldRule rule, @Nullable KeyedHash hash, byte[] target, int at) {
        long elements = tensor.shape().elementCount();
        if (rule instanceof FieldRule.Hash && hash != null && isHashable(elements)) {
            return putHashes(tensor, hash, target, at);
        }
        if (rule instanceof FieldRule.Truncate truncate) {
            return putCut(tensor, truncate.length(), target, at);
        }
        return (int) elements * LENGTH_BYTES; // the memory is zero, and so are the lengths
    }

    private static int putHashes(Tensor tensor, KeyedHash hash, byte[] target, int at) {
        ByteBuffer source = tensor.data();
        byte[] text = new byte[0];
        int to = at;
        while (source.hasRemaining()) {
            int length = source.getInt();
            text = text.length < length ? new byte[length] : text;
            source.get(text, 0, length);
            putLength(KeyedHash.TEXT_BYTES, target, to);
            hash.text(text, 0, length, target, to + LENGTH_BYTES);
            to += HASHED_BYTES;
        }
        return to - at;
    }

    private static int putCut(Tensor tensor, int characters, byte[] target, int at) {
        ByteBuffer source = tensor.data();
        int to = at;
        while (source.hasRemaining()) {
            int length = source.getInt();
            int from = to + LENGTH_BYTES;
            source.get(target, from, length);
            int kept = prefix(target, from, length, characters);
            putLength(kept, target, to);
            to = from + kept;
        }
        // What was cut off last lies behind the tensor.
        Arrays.fill(target, to, at + tensor.byteSize(), (byte) 0);
        return to - at;
    }

    private static void putLength(int length, byte[] target, int at) {
        target[at] = (byte) length;
        target[at + 1] = (byte) (length >> 8);
        target[at + 2] = (byte) (length >> 16);
        target[at + 3] = (byte) (length >> 24);
    }

    /** Bytes of the first {@code characters} characters of UTF-8; a byte that belongs to none counts as one. */
    static int prefix(byte[] text, int from, int length, int characters) {
        int end = from + length;
        int at = from;
        for (int i = 0; i < characters && at < end; i++) {
            at += sequence(text, at, end);
        }
        return at - from;
    }

    /** Bytes of the character at {@code at}. */
    private static int sequence(byte[] text, int at, int end) {
        int lead = text[at] & 0xFF;
        int bytes = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
        if (at + bytes > end) {
            return 1;
        }
        for (int i = 1; i < bytes; i++) {
            if ((text[at + i] & 0xC0) != 0x80) {
                return 1;
            }
        }
        return bytes;
    }
}
