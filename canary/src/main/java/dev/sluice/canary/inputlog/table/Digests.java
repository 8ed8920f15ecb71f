package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.TensorDigest;
import java.util.List;
import java.util.Locale;

/**
 * Digests of tensors as text: {@code x FP32 [1, 16] 64 bytes crc32c 0a1b2c3d}.
 *
 * <p>Threading: stateless.
 */
final class Digests {
    private Digests() {}

    /** Those of a record, with its first row alone. */
    static List<String> texts(List<TensorDigest> digests, int row) {
        return row > 0 ? List.of() : digests.stream().map(Digests::text).toList();
    }

    private static String text(TensorDigest digest) {
        return String.format(
                Locale.ROOT,
                "%s %s %s %d bytes crc32c %08x",
                digest.name(),
                digest.dataType(),
                digest.shape(),
                digest.byteSize(),
                digest.crc32c());
    }
}
