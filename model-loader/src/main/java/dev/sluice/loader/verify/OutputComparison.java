package dev.sluice.loader.verify;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far the rows of one output, computed in batches, are from the same rows computed alone.
 *
 * <p>Equal bits are equal, and so are two NaN. Floating-point elements may differ by a small part of the largest magnitude in
 * the output: matrix kernels add in another order for another number of rows, which moves the last bits. The parts allowed
 * are a few times the spacing of the type's numbers.
 *
 * <p>Threading: confined to one thread.
 */
final class OutputComparison {
    private final String name;
    private double largest;
    private double difference;
    private boolean otherwiseDifferent;
    private DataType type = DataType.FP32;

    OutputComparison(String name) {
        this.name = name;
    }

    /**
     * Compares one row of a batch.
     *
     * @param batched the output of a batch
     * @param row which of its rows
     * @param alone the output of that row alone
     * @return why the two cannot be compared, or null
     */
    @Nullable String add(Tensor batched, int rows, int row, Tensor alone) {
        if (!hasRows(alone, 1)) {
            return "output '" + name + "' has shape " + alone.shape() + " for 1 row";
        }
        if (!hasRows(batched, rows)) {
            return "output '" + name + "' has shape " + batched.shape() + " for " + rows + " rows";
        }
        Shape expected = alone.shape().withFirst(rows);
        if (!expected.equals(batched.shape())) {
            return "output '" + name + "' has shape " + alone.shape() + " alone and " + batched.shape() + " for " + rows
                    + " rows";
        }
        type = alone.dataType();
        int rowElements = Math.toIntExact(alone.shape().elementCount());
        if (type == DataType.BYTES) {
            List<ByteBuffer> all = elements(batched);
            otherwiseDifferent |=
                    !all.subList(row * rowElements, (row + 1) * rowElements).equals(elements(alone));
        } else if (type.isFloatingPoint()) {
            addFloats(batched.memory(), row * rowElements, alone.memory(), rowElements);
        } else {
            ByteBuffer mine = batched.memory().slice(row * alone.byteSize(), alone.byteSize());
            otherwiseDifferent |= !mine.equals(alone.data());
        }
        return null;
    }

    private static boolean hasRows(Tensor tensor, int rows) {
        return tensor.shape().rank() > 0 && tensor.shape().dimension(0) == rows;
    }

    private static List<ByteBuffer> elements(Tensor tensor) {
        List<ByteBuffer> elements = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            int length = data.getInt();
            elements.add(data.slice(data.position(), length));
            data.position(data.position() + length);
        }
        return elements;
    }

    private void addFloats(ByteBuffer batched, int from, ByteBuffer alone, int count) {
        for (int i = 0; i < count; i++) {
            double expected = FloatBits.get(alone, type, i);
            double actual = FloatBits.get(batched, type, from + i);
            if (Double.isFinite(expected)) {
                largest = Math.max(largest, Math.abs(expected));
            }
            if (Double.compare(expected, actual) != 0) {
                double apart = Math.abs(expected - actual);
                difference = Math.max(difference, Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart);
            }
        }
    }

    /** True when no element is NaN or infinite; always true for types that have neither. */
    static boolean isFinite(Tensor tensor) {
        if (!tensor.dataType().isFloatingPoint()) {
            return true;
        }
        long count = tensor.shape().elementCount();
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(FloatBits.get(tensor.memory(), tensor.dataType(), i))) {
                return false;
            }
        }
        return true;
    }

    /** True when every element had the same bits, up to the sign of zero and the payload of NaN. */
    boolean isExact() {
        return difference == 0 && !otherwiseDifferent;
    }

    /** True when all differences are within what the type allows. */
    boolean isWithinTolerance() {
        return !otherwiseDifferent && difference <= tolerance() * largest;
    }

    /** The largest difference as a part of the largest magnitude; 1 where other elements than numbers differ. */
    double relativeDifference() {
        if (otherwiseDifferent) {
            return 1;
        }
        return difference == 0 ? 0 : difference / largest;
    }

    /** Part of the largest magnitude that an element may be off. */
    double tolerance() {
        return switch (type) {
            case FP16 -> 2e-3;
            case BF16 -> 2e-2;
            case FP32, FP64 -> 1e-5;
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> 0;
        };
    }

    /** For example {@code max abs difference 0.0130 on output 'y' (largest value 0.980, allowed 1.00e-05 of it)}. */
    String describe() {
        if (otherwiseDifferent) {
            return "output '" + name + "' (" + type + ") differs";
        }
        return String.format(
                Locale.ROOT,
                "max abs difference %.3g on output '%s' (largest value %.3g, allowed %.0e of it)",
                difference,
                name,
                largest,
                tolerance());
    }
}
