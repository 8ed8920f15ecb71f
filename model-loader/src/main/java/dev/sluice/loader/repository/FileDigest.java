package dev.sluice.loader.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Size and SHA-256 of a file, read piece by piece.
 *
 * <p>Threading: immutable; {@link #of} blocks on the file system.
 *
 * @param size bytes that were read
 * @param sha256 64 lower-case hex digits
 */
public record FileDigest(long size, String sha256) {
    private static final int PIECE_BYTES = 256 << 10;

    /** Reads all of a file; takes {@value #PIECE_BYTES} bytes of memory whatever its size. */
    public static FileDigest of(Path file) throws IOException {
        MessageDigest digest = newSha256();
        byte[] piece = new byte[PIECE_BYTES];
        long size = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
                size += read;
            }
        }
        return of(size, digest);
    }

    static FileDigest of(long size, MessageDigest digest) {
        return new FileDigest(size, HexFormat.of().formatHex(digest.digest()));
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
