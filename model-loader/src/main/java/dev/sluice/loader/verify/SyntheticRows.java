package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Distinct made-up rows for the inputs of a model, the same at every call, put together in any order.
 *
 * <p>Floats are drawn as {@link Floats} says, integers uniform in a range, booleans fair, strings short words.
 *
 * <p>Bound: {@link #BYTES_MAX} for all rows of all inputs, in direct memory, and as much again for a batch in another order.
 *
 * <p>Threading: immutable.
 */
final class SyntheticRows {
    private static final long SEED = 0x51_1CE;

    /** Most bytes of the rows of all inputs together. */
    static final long BYTES_MAX = 16L << 20;

    /** Most letters of a made-up string. */
    private static final int LETTERS_MAX = 8;

    private static final byte[] LETTERS = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    /** How floating-point elements are drawn. */
    enum Floats {
        /** Normally distributed with this standard deviation. */
        NORMAL(1),
        WIDE(10),
        NARROW(0.1),
        /** Uniform in [0, 1): what an image or a probability is. */
        UNIFORM(0);

        private final double deviation;

        Floats(double deviation) {
            this.deviation = deviation;
        }

        double draw(RandomGenerator random) {
            return this == UNIFORM ? random.nextDouble() : deviation * random.nextGaussian();
        }
    }

    private final List<TensorSpec> inputs;
    private final int dynamicSize;

    /** Per input: all rows, one after the other. */
    private final List<ByteBuffer> memories;

    /** Per input: where each row begins, and where the last one ends. */
    private final List<int[]> offsets;

    /**
     * Rows that all differ.
     *
     * @param inputs each of rank 1 or more and of a dynamic first dimension; of any shape where {@code count} is 1
     * @param integerRanges per input, exclusive upper bound of its integers, 2 or greater; ignored for other types
     * @param dynamicSize size of every dynamic dimension but the first
     * @param count how many rows, at most what {@link #BYTES_MAX} allows
     */
    SyntheticRows(List<TensorSpec> inputs, Floats floats, int[] integerRanges, int dynamicSize, int count) {
        this(inputs, floats, integerRanges, dynamicSize, count, count);
    }

    /**
     * Rows of which only the first differ: drawing a large row takes far longer than copying it.
     *
     * @param distinct how many differ, in [1, {@code count}]; they follow each other again and again
     */
    SyntheticRows(
            List<TensorSpec> inputs, Floats floats, int[] integerRanges, int dynamicSize, int count, int distinct) {
        this.inputs = inputs;
        this.dynamicSize = dynamicSize;
        this.memories = new ArrayList<>(inputs.size());
        this.offsets = new ArrayList<>(inputs.size());
        if (rowBytes(inputs, dynamicSize) > BYTES_MAX / count) {
            throw new IllegalArgumentException(count + " rows take more than " + BYTES_MAX + " bytes");
        }
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec input = inputs.get(i);
            RandomGenerator random = new SplittableRandom(SEED + i);
            int size = Math.toIntExact(rowBytes(input, dynamicSize) * count);
            ByteBuffer memory = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
            long elements = shape(input, 1, dynamicSize).elementCount();
            int[] begins = new int[count + 1];
            for (int row = 0; row < distinct; row++) {
                for (long element = 0; element < elements; element++) {
                    put(memory, input.dataType(), floats, integerRanges[i], random);
                }
                begins[row + 1] = memory.position();
            }
            for (int row = distinct; row < count; row++) {
                int same = row % distinct;
                memory.put(memory.duplicate().position(begins[same]).limit(begins[same + 1]));
                begins[row + 1] = memory.position();
            }
            memories.add(memory.flip());
            offsets.add(begins);
        }
    }

    /** Most bytes of one row of all inputs; {@link Long#MAX_VALUE} when that does not fit a long. */
    static long rowBytes(List<TensorSpec> inputs, int dynamicSize) {
        try {
            long sum = 0;
            for (TensorSpec input : inputs) {
                sum = Math.addExact(sum, rowBytes(input, dynamicSize));
            }
            return sum;
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private static long rowBytes(TensorSpec input, int dynamicSize) {
        int elementBytes = input.dataType() == DataType.BYTES
                ? Integer.BYTES + LETTERS_MAX
                : input.dataType().byteSize();
        return Math.multiplyExact(shape(input, 1, dynamicSize).elementCount(), (long) elementBytes);
    }

    static Shape shape(TensorSpec input, int rows, int dynamicSize) {
        long[] dimensions = input.shape().toArray();
        if (dimensions.length > 0 && dimensions[0] == Shape.DYNAMIC) {
            dimensions[0] = rows;
        }
        for (int i = 1; i < dimensions.length; i++) {
            if (dimensions[i] == Shape.DYNAMIC) {
                dimensions[i] = dynamicSize;
            }
        }
        return Shape.of(dimensions);
    }

    private static void put(ByteBuffer memory, DataType type, Floats floats, int range, RandomGenerator random) {
        switch (type) {
            case BOOL -> memory.put((byte) random.nextInt(2));
            case UINT8 -> memory.put((byte) random.nextInt(Math.min(range, 256)));
            case INT8 -> memory.put((byte) random.nextInt(Math.min(range, 128)));
            case UINT16, INT16 -> memory.putShort((short) random.nextInt(range));
            case UINT32, INT32 -> memory.putInt(random.nextInt(range));
            case UINT64, INT64 -> memory.putLong(random.nextInt(range));
            case FP16 -> memory.putShort(FloatBits.toHalf((float) floats.draw(random)));
            case BF16 -> memory.putShort((short) (Float.floatToRawIntBits((float) floats.draw(random)) >>> 16));
            case FP32 -> memory.putFloat((float) floats.draw(random));
            case FP64 -> memory.putDouble(floats.draw(random));
            case BYTES -> {
                int letters = 1 + random.nextInt(LETTERS_MAX);
                memory.putInt(letters);
                for (int i = 0; i < letters; i++) {
                    memory.put(LETTERS[random.nextInt(LETTERS.length)]);
                }
            }
        }
    }

    /** All inputs with these rows in this order; over the rows themselves where they lie in that order. */
    List<Tensor> batch(int... indices) {
        List<Tensor> tensors = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec input = inputs.get(i);
            ByteBuffer memory = rows(memories.get(i), offsets.get(i), indices);
            tensors.add(new Tensor(input.name(), input.dataType(), shape(input, indices.length, dynamicSize), memory));
        }
        return tensors;
    }

    private static ByteBuffer rows(ByteBuffer all, int[] begins, int[] indices) {
        int first = indices[0];
        if (Arrays.equals(
                indices, IntStream.range(first, first + indices.length).toArray())) {
            return all.slice(begins[first], begins[first + indices.length] - begins[first]);
        }
        int size = IntStream.of(indices)
                .map(index -> begins[index + 1] - begins[index])
                .sum();
        ByteBuffer memory = ByteBuffer.allocateDirect(size);
        for (int index : indices) {
            memory.put(all.slice(begins[index], begins[index + 1] - begins[index]));
        }
        return memory.flip();
    }
}
