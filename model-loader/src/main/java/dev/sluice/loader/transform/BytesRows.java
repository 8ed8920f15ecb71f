package dev.sluice.loader.transform;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * The rows of a client's only input, one byte string each, taken one after the other.
 *
 * <p>Threading: confined to one thread.
 */
public final class BytesRows {
    private final Tensor tensor;
    private final long bytesMax;
    private final String limit;
    private final ByteBuffer data;
    private final int count;
    private int taken;

    /**
     * @param tensor BYTES of rank 1, its memory checked to hold its elements exactly
     * @param bytesMax most bytes of one row
     * @param limit the setting that says so, for messages
     * @throws InferenceException with INVALID_INPUT if there are no rows
     */
    public BytesRows(Tensor tensor, long bytesMax, String limit) {
        this.tensor = tensor;
        this.bytesMax = bytesMax;
        this.limit = limit;
        this.data = tensor.data();
        this.count = (int) tensor.shape().dimension(0);
        if (count == 0) {
            throw InferenceException.invalidInput("input '" + tensor.name() + "' must have at least 1 row, got 0");
        }
    }

    /** How many rows there are, 1 or more. */
    public int count() {
        return count;
    }

    /**
     * The bytes of the next row, a view that stays valid as long as the tensor's memory.
     *
     * @throws InferenceException with PAYLOAD_TOO_LARGE if it has more than allowed
     */
    public ByteBuffer next() {
        long size = Integer.toUnsignedLong(data.getInt());
        if (size > bytesMax) {
            throw new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    described(taken) + " may have at most " + bytesMax + " bytes (" + limit + "), got " + size);
        }
        ByteBuffer row = data.slice(data.position(), (int) size);
        data.position(data.position() + (int) size);
        taken++;
        return row;
    }

    /** The last row taken, for messages: {@code input 'text' row 3}. */
    public String described() {
        return described(taken - 1);
    }

    private String described(int row) {
        return "input '" + tensor.name() + "' row " + row;
    }
}
