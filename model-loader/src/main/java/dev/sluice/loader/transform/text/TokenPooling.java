package dev.sluice.loader.transform.text;

import dev.sluice.loader.repository.TransformConfig.Pooling;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes one vector for each row out of those of its tokens.
 *
 * <p>As sentence-transformers does it: the mean counts the tokens whose mask is not 0, and of none of them is 0; a vector's length
 * counts as at least 1e-12 when it is scaled to 1.
 *
 * <p>Threading: immutable.
 *
 * @param pooling MEAN or CLS
 * @param normalize whether the vector is scaled to length 1
 * @see "sentence-transformers, modules Pooling and Normalize"
 */
record TokenPooling(Pooling pooling, boolean normalize) {
    private static final double LENGTH_MIN = 1e-12;

    /**
     * Writes the vectors of all rows.
     *
     * @param vectors FP32 [rows, tokens, hidden], tokens 1 or more
     * @param mask INT64 or INT32 [rows, tokens]; null = nothing is padding
     * @param to room for rows times hidden floats, from its position
     */
    void apply(Tensor vectors, @Nullable Tensor mask, ByteBuffer to) {
        int rows = (int) vectors.shape().dimension(0);
        int tokens = (int) vectors.shape().dimension(1);
        int hidden = (int) vectors.shape().dimension(2);
        ByteBuffer from = vectors.data();
        double[] sums = new double[hidden];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(sums, 0);
            int counted = 0;
            int last = pooling == Pooling.CLS ? 1 : tokens;
            for (int token = 0; token < last; token++) {
                if (pooling == Pooling.CLS || isOwn(mask, row * tokens + token)) {
                    add(from, (row * tokens + token) * hidden, sums);
                    counted++;
                }
            }
            write(sums, Math.max(1, counted), to);
        }
    }

    private static void add(ByteBuffer from, int first, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += from.getFloat((first + i) * Float.BYTES);
        }
    }

    private static boolean isOwn(@Nullable Tensor mask, int cell) {
        if (mask == null) {
            return true;
        }
        ByteBuffer memory = mask.base();
        return mask.dataType() == DataType.INT64
                ? memory.getLong(mask.offset() + cell * Long.BYTES) != 0
                : memory.getInt(mask.offset() + cell * Integer.BYTES) != 0;
    }

    private void write(double[] sums, int counted, ByteBuffer to) {
        double divisor = counted;
        if (normalize) {
            double squares = 0;
            for (double sum : sums) {
                squares += sum / counted * (sum / counted);
            }
            divisor = counted * Math.max(LENGTH_MIN, Math.sqrt(squares));
        }
        for (double sum : sums) {
            to.putFloat((float) (sum / divisor));
        }
    }
}
