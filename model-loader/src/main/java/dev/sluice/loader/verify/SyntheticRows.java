package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Distinct made-up rows for the inputs of a model, the same at every call, put together in any order.
 *
 * <p>Floats are normally distributed, integers uniform in a range, booleans fair, strings short words.
 *
 * <p>Threading: immutable.
 */
final class SyntheticRows {
    private static final long SEED = 0x51_1CE;

    private final List<TensorSpec> inputs;
    private final int dynamicSize;
    private final double scale;
    /** Per row, per input: the row's memory. */
    private final List<List<byte[]>> rows;

    /**
     * @param inputs each of rank 1 or more
     * @param integerRanges per input, exclusive upper bound of its integers, 2 or greater; ignored for other types
     * @param dynamicSize size of every dynamic dimension but the first
     * @param scale standard deviation of floating-point elements, above 0
     * @param count how many rows
     */
    SyntheticRows(List<TensorSpec> inputs, int[] integerRanges, int dynamicSize, double scale, int count) {
        this.inputs = inputs;
        this.dynamicSize = dynamicSize;
        this.scale = scale;
        this.rows = new ArrayList<>(count);
        RandomGenerator random = new SplittableRandom(SEED);
        for (int row = 0; row < count; row++) {
            List<byte[]> perInput = new ArrayList<>(inputs.size());
            for (int i = 0; i < inputs.size(); i++) {
                perInput.add(row(inputs.get(i), integerRanges[i], random));
            }
            rows.add(perInput);
        }
    }

    /** Elements of one row of an input. */
    static long rowElements(TensorSpec input, int dynamicSize) {
        return shape(input, 1, dynamicSize).elementCount();
    }

    private static Shape shape(TensorSpec input, int rows, int dynamicSize) {
        long[] dimensions = input.shape().toArray();
        dimensions[0] = rows;
        for (int i = 1; i < dimensions.length; i++) {
            if (dimensions[i] == Shape.DYNAMIC) {
                dimensions[i] = dynamicSize;
            }
        }
        return Shape.of(dimensions);
    }

    private byte[] row(TensorSpec input, int integerRange, RandomGenerator random) {
        int elements = Math.toIntExact(rowElements(input, dynamicSize));
        int elementSize =
                input.dataType() == DataType.BYTES ? 8 : input.dataType().byteSize();
        ByteBuffer memory = ByteBuffer.allocate(elements * elementSize).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            put(memory, input.dataType(), integerRange, random);
        }
        return memory.array();
    }

    private void put(ByteBuffer memory, DataType type, int range, RandomGenerator random) {
        switch (type) {
            case BOOL -> memory.put((byte) random.nextInt(2));
            case UINT8 -> memory.put((byte) random.nextInt(Math.min(range, 256)));
            case INT8 -> memory.put((byte) random.nextInt(Math.min(range, 128)));
            case UINT16, INT16 -> memory.putShort((short) random.nextInt(range));
            case UINT32, INT32 -> memory.putInt(random.nextInt(range));
            case UINT64, INT64 -> memory.putLong(random.nextInt(range));
            case FP16 -> memory.putShort(FloatBits.toHalf((float) (random.nextGaussian() * scale)));
            case BF16 ->
                memory.putShort((short) (Float.floatToRawIntBits((float) (random.nextGaussian() * scale)) >>> 16));
            case FP32 -> memory.putFloat((float) (random.nextGaussian() * scale));
            case FP64 -> memory.putDouble(random.nextGaussian() * scale);
            case BYTES -> {
                // Four letters: every element takes the same eight bytes.
                memory.putInt(4);
                for (int i = 0; i < 4; i++) {
                    memory.put("abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII)[random.nextInt(26)]);
                }
            }
        }
    }

    /** All inputs with these rows in this order, over new direct memory. */
    List<Tensor> batch(int... indices) {
        List<Tensor> tensors = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec input = inputs.get(i);
            int rowBytes = rows.get(0).get(i).length;
            ByteBuffer memory = ByteBuffer.allocateDirect(rowBytes * indices.length);
            for (int index : indices) {
                memory.put(rows.get(index).get(i));
            }
            Shape shape = shape(input, indices.length, dynamicSize);
            tensors.add(new Tensor(input.name(), input.dataType(), shape, memory.flip()));
        }
        return tensors;
    }
}
