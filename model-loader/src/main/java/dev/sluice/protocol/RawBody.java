package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A body that is the bytes of a single input and nothing else.
 *
 * <p>Ownership: refers to the caller's array while it is read.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "Triton's extension: binary tensor data, raw binary request"
 */
final class RawBody {
    private final byte[] body;
    private final int offset;
    private final int length;

    RawBody(byte[] body, int offset, int length) {
        this.body = body;
        this.offset = offset;
        this.length = length;
    }

    DecodedRequest read(ModelSignature signature, BlockBuilder block) {
        if (signature.inputs().size() != 1) {
            throw InferenceException.invalidInput(
                    "a raw body (Inference-Header-Content-Length: 0) needs a model with exactly one input, this one has "
                            + signature.inputs().size());
        }
        TensorSpec spec = signature.inputs().get(0);
        boolean text = spec.dataType() == DataType.BYTES;
        Shape shape = text ? onlyElement(spec) : shape(spec);
        DecodedInput input = new DecodedInput();
        input.setAnnounced(spec.name(), spec.dataType(), shape, shape.elementCount(), length);
        int bytes = text ? length + 4 : length;
        int at = block.append(text ? length + 4L : length);
        if (text) {
            block.memory().putInt(at, length);
        } else {
            BinaryData.requireElements(input, body, offset, length);
        }
        block.memory().put(at + bytes - length, body, offset, length);
        input.setCopied(at, bytes);
        return new DecodedRequest(
                "", Map.of(), block.finish(List.of(input.toTensor(block))), List.of(), true, OptionalLong.empty(), 0);
    }

    private static Shape onlyElement(TensorSpec spec) {
        long[] dimensions = spec.shape().toArray();
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] != Shape.DYNAMIC && dimensions[i] != 1) {
                throw InferenceException.invalidInput(DecodedInput.label(spec.name()) + ": a raw body is one element, "
                        + "but the model takes BYTES " + spec.shape());
            }
            dimensions[i] = 1;
        }
        return Shape.of(dimensions);
    }

    private Shape shape(TensorSpec spec) {
        long[] dimensions = spec.shape().toArray();
        if (dimensions.length > 1 && dimensions[0] == Shape.DYNAMIC) {
            dimensions[0] = 1;
        }
        int dynamic = -1;
        long bytes = spec.dataType().byteSize();
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] != Shape.DYNAMIC) {
                // Saturates: no body is as long as that.
                bytes = Math.multiplyHigh(bytes, dimensions[i]) != 0 || bytes * dimensions[i] < 0
                        ? Long.MAX_VALUE
                        : bytes * dimensions[i];
            } else if (dynamic >= 0) {
                throw InferenceException.invalidInput(DecodedInput.label(spec.name())
                        + ": a raw body needs a shape with at most one dynamic dimension after the first, the model has "
                        + spec.shape());
            } else {
                dynamic = i;
            }
        }
        boolean fits = dynamic < 0 ? bytes == length : bytes > 0 && length % bytes == 0;
        if (!fits) {
            throw InferenceException.invalidInput(DecodedInput.label(spec.name()) + ": " + spec.dataType() + " "
                    + Shape.of(dimensions) + " takes " + (dynamic < 0 ? "" : "a multiple of ") + bytes
                    + " bytes, the raw body has " + length);
        }
        if (dynamic >= 0) {
            dimensions[dynamic] = length / bytes;
        }
        return Shape.of(dimensions);
    }
}
