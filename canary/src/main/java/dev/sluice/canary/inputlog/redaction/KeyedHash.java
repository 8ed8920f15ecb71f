package dev.sluice.canary.inputlog.redaction;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 of texts, and of numbers as their decimal digits, cut to what takes their place.
 *
 * <p>A text and a number of the same digits have the same hash, in every field and every model of one key.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "RFC 2104; FIPS 180-4"
 */
final class KeyedHash {
    /** Bytes of the hash of a text: lower-case hexadecimal digits of the first half. */
    static final int TEXT_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Mac mac;
    private final byte[] digest = new byte[32];

    /**
     * A hash with a key of its own.
     *
     * @param key 1 byte or more; not kept
     */
    KeyedHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The hash of a text as another. */
    String text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] hash = new byte[TEXT_BYTES];
        text(utf8, 0, utf8.length, hash, 0);
        return new String(hash, StandardCharsets.US_ASCII);
    }

    /** Puts the hash of {@code text[offset, offset + length)} into {@code target[at, at + TEXT_BYTES)}. */
    void text(byte[] text, int offset, int length, byte[] target, int at) {
        digest(text, offset, length);
        for (int i = 0; i < TEXT_BYTES / 2; i++) {
            target[at + 2 * i] = DIGITS[(digest[i] >> 4) & 0xF];
            target[at + 2 * i + 1] = DIGITS[digest[i] & 0xF];
        }
    }

    /** The first 64 bits of the hash of a number, written in decimal digits. */
    long number(String decimal) {
        byte[] digits = decimal.getBytes(StandardCharsets.US_ASCII);
        digest(digits, 0, digits.length);
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits = (bits << 8) | (digest[i] & 0xFF);
        }
        return bits;
    }

    private void digest(byte[] bytes, int offset, int length) {
        try {
            mac.update(bytes, offset, length);
            mac.doFinal(digest, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
