package dev.sluice.canary.inputlog;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is left of a tensor whose values are not kept: enough to count it, and to tell whether two were equal.
 *
 * <p>Threading: immutable.
 *
 * @param name of the tensor
 * @param dataType of its elements
 * @param shape of it
 * @param byteSize bytes of its memory
 * @param crc32c checksum (RFC 3720, Castagnoli) of its memory, or of its first {@value #CHECKED_BYTES_MAX} bytes
 */
public record TensorDigest(String name, DataType dataType, Shape shape, int byteSize, int crc32c) {
    /** Most bytes that go into the checksum: it is made on an event loop. */
    public static final int CHECKED_BYTES_MAX = 64 << 10;

    /** The digest of one tensor. */
    public static TensorDigest of(Tensor tensor) {
        ByteBuffer checked = tensor.data();
        checked.limit(Math.min(checked.limit(), CHECKED_BYTES_MAX));
        CRC32C crc = new CRC32C();
        crc.update(checked);
        return new TensorDigest(
                tensor.name(), tensor.dataType(), tensor.shape(), tensor.byteSize(), (int) crc.getValue());
    }

    /** The digests of several. */
    public static List<TensorDigest> of(TensorSet tensors) {
        return tensors.tensors().stream().map(TensorDigest::of).toList();
    }
}
