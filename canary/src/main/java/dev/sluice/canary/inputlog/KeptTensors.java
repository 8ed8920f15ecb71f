package dev.sluice.canary.inputlog;

import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps tensors beyond their request without keeping much else alive.
 *
 * <p>Outputs of requests that ran together are slices of one block. A record that retained it would hold the answers of all of
 * them; so small slices of large blocks are copied, and everything else is retained.
 *
 * <p>Threading: stateless; called on event loops.
 */
final class KeptTensors {
    private static final int COPIED_BYTES_MAX = 64 << 10;

    private KeptTensors() {}

    /** The same tensors with a reference of their own. */
    static TensorSet of(TensorSet tensors) {
        long bytes = tensors.byteSize();
        if (bytes > COPIED_BYTES_MAX || tensors.block().capacity() <= 2 * bytes) {
            return new TensorSet(tensors.tensors(), tensors.block().retain());
        }
        ByteBuffer memory = ByteBuffer.allocate((int) bytes);
        TensorBlock block = TensorBlock.unpooled(memory);
        List<Tensor> copies = new ArrayList<>(tensors.tensors().size());
        int at = 0;
        for (Tensor tensor : tensors.tensors()) {
            tensor.base().get(tensor.offset(), memory.array(), at, tensor.byteSize());
            copies.add(Tensor.in(block, at, tensor.byteSize(), tensor.name(), tensor.dataType(), tensor.shape()));
            at += tensor.byteSize();
        }
        return new TensorSet(copies, block);
    }
}
