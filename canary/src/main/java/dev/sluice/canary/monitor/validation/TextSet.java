package dev.sluice.canary.monitor.validation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts that can be looked up by their bytes in a tensor's memory, without making anything of them: open addressing over
 * twice as many places as texts or more.
 *
 * <p>Threading: immutable.
 *
 * @see "FNV-1a, 64 bits: Fowler, Noll, Vo, draft-eastlake-fnv"
 */
final class TextSet {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final byte[] @Nullable [] places;
    private final int lengthMax;

    TextSet(List<String> texts) {
        places = new byte[Integer.highestOneBit(Math.max(2, texts.size())) * 4][];
        int longest = -1;
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            longest = Math.max(longest, bytes.length);
            ByteBuffer memory = ByteBuffer.wrap(bytes);
            int place = place(hash(memory, 0, bytes.length));
            while (places[place] != null) {
                place = (place + 1) & (places.length - 1);
            }
            places[place] = bytes;
        }
        lengthMax = longest;
    }

    boolean isEmpty() {
        return lengthMax < 0;
    }

    /** Whether it holds {@code memory[at, at + length)}. */
    boolean contains(ByteBuffer memory, int at, int length) {
        if (length > lengthMax) {
            return false;
        }
        int place = place(hash(memory, at, length));
        for (byte[] text = places[place]; text != null; text = places[place]) {
            if (text.length == length && isSame(text, memory, at)) {
                return true;
            }
            place = (place + 1) & (places.length - 1);
        }
        return false;
    }

    /** Hash of {@code memory[at, at + length)}. */
    static long hash(ByteBuffer memory, int at, int length) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ (memory.get(at + i) & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    private int place(long hash) {
        return (int) (hash ^ (hash >>> 32)) & (places.length - 1);
    }

    private static boolean isSame(byte[] text, ByteBuffer memory, int at) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] != memory.get(at + i)) {
                return false;
            }
        }
        return true;
    }
}
