package dev.sluice.loadtest.proof.speed.models;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A small network for images of 3×224×224, cheap beside the transport of its input: one convolution without overlap, the mean
 * over the picture, one linear layer.
 *
 * <p>Input {@code x} FP32 [batch, 3, 224, 224]; output {@code logits} FP32 [batch, 10].
 *
 * <p>Threading: stateless.
 */
public final class ImageModel {
    private static final int CHANNELS = 8;
    private static final int CLASSES = 10;
    private static final int PATCH = 4;

    private ImageModel() {}

    /** The model file. */
    public static byte[] model(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new OnnxGraphParts()
                .name("image")
                .add(new OnnxNode("", "Conv", List.of("x", "kernel"), List.of("patches"))
                        .numbers("kernel_shape", PATCH, PATCH)
                        .numbers("strides", PATCH, PATCH))
                .add(new OnnxNode("", "Relu", List.of("patches"), List.of("active")))
                .add(new OnnxNode("", "GlobalAveragePool", List.of("active"), List.of("mean")))
                .add(new OnnxNode("", "Flatten", List.of("mean"), List.of("features")).number("axis", 1))
                .add(new OnnxNode("", "Gemm", List.of("features", "weights", "bias"), List.of("logits")))
                .constant(
                        "kernel",
                        List.of((long) CHANNELS, 3L, (long) PATCH, (long) PATCH),
                        values(random, CHANNELS * 3 * PATCH * PATCH))
                .constant("weights", List.of((long) CHANNELS, (long) CLASSES), values(random, CHANNELS * CLASSES))
                .constant("bias", List.of((long) CLASSES), values(random, CLASSES))
                .input("x", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, 3, 224, 224)
                .output("logits", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, CLASSES)
                .toModel();
    }

    private static float[] values(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return values;
    }
}
