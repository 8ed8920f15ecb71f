package dev.sluice.canary.routing;

import java.nio.charset.StandardCharsets;

/**
 * The hash by which requests are divided: the same for the same texts in every process.
 *
 * <p>FNV-1a (64 bit) over the texts in UTF-8 with a zero byte between them, finished with the mixer of MurmurHash3, so that
 * every bit depends on every byte.
 *
 * <p>Threading: stateless.
 *
 * @see "G. Fowler, L. C. Noll, P. Vo, FNV-1a; A. Appleby, MurmurHash3 fmix64 (public domain)"
 */
public final class KeyHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private KeyHash() {}

    /**
     * The hash of a key, uniform over all 64 bits.
     *
     * @param salt keeps what is decided by the same keys for different ends independent
     */
    public static long of(String salt, String key) {
        return mixed(fnv(zero(fnv(OFFSET, salt)), key));
    }

    /** The same with a salt of two texts. */
    public static long of(String salt, String innerSalt, String key) {
        return mixed(fnv(zero(fnv(zero(fnv(OFFSET, salt)), innerSalt)), key));
    }

    private static long zero(long hash) {
        return hash * PRIME;
    }

    private static long fnv(long start, String text) {
        long hash = start;
        for (int i = 0, length = text.length(); i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return fnvBytes(start, text);
            }
            hash = (hash ^ c) * PRIME;
        }
        return hash;
    }

    private static long fnvBytes(long start, String text) {
        long hash = start;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }

    private static long mixed(long start) {
        long hash = start;
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        hash *= 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
