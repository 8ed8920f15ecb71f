package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What stood before and behind the data of the last request with one input, and what it meant.
 *
 * <p>A client sends the same words around ever new numbers. Where the bytes around the data are the same, so is their meaning,
 * and comparing them takes a small part of the time of reading them. JSON cannot tell the difference: what is compared is all
 * of the body but the one value of {@code data}, which is read as always.
 *
 * <p>Bound: {@link #BYTES_MAX} bytes before the data and as many behind it.
 *
 * <p>Threading: confined to one thread.
 */
final class RepeatedBody {
    private static final int BYTES_MAX = 512;

    /** The data of an input is the value of a member of an object in an array in an object. */
    static final int DATA_DEPTH = 3;

    private final byte[] before = new byte[BYTES_MAX];
    private final byte[] behind = new byte[BYTES_MAX];

    /** 0 = nothing is known. */
    private int beforeLength;

    private int behindLength;
    private String id = "";
    private Map<String, ParameterValue> parameters = Map.of();
    private List<RequestedOutput> outputs = List.of();
    private boolean binaryByDefault;
    private OptionalLong timeoutMicros = OptionalLong.empty();
    private long priority;
    private String name = "";
    private DataType type = DataType.FP32;
    private Shape shape = Shape.of();
    private long count;

    /**
     * Remembers a request with one input that was read well.
     *
     * @param dataFrom where in the body the value of {@code data} begins, or white space before it
     * @param dataTo where it ends
     */
    void learn(byte[] body, int from, int dataFrom, int dataTo, int to, DecodedInput input, DecodedRequest request) {
        if (dataFrom - from > BYTES_MAX || to - dataTo > BYTES_MAX) {
            return;
        }
        beforeLength = dataFrom - from;
        behindLength = to - dataTo;
        System.arraycopy(body, from, before, 0, beforeLength);
        System.arraycopy(body, dataTo, behind, 0, behindLength);
        id = request.id();
        parameters = request.parameters();
        outputs = request.outputs();
        binaryByDefault = request.binaryByDefault();
        timeoutMicros = request.timeoutMicros();
        priority = request.priority();
        name = input.name();
        type = input.type();
        shape = input.shape();
        count = input.count();
    }

    /** Whether the body begins and ends as the one that is known; what is between may be data. */
    boolean surrounds(byte[] body, int from, int to) {
        return beforeLength > 0
                && to - from > beforeLength + behindLength
                && Arrays.equals(body, from, from + beforeLength, before, 0, beforeLength)
                && Arrays.equals(body, to - behindLength, to, behind, 0, behindLength);
    }

    /** Whether the data ends where in the body that is known what stood behind it began. */
    boolean isEndOfData(int at, int to) {
        return to - at == behindLength;
    }

    /** Bytes before the data. */
    int beforeLength() {
        return beforeLength;
    }

    /**
     * Reads the data to the end of the block.
     *
     * @return its offset there
     */
    int readData(TensorDataReader reader, BlockBuilder block) {
        return reader.read(name, type, shape, count, block);
    }

    /** The request with this data, which stands at the end of the block. */
    DecodedRequest request(BlockBuilder block, int offset) {
        TensorSet inputs = block.finish(List.of(block.tensor(offset, block.size() - offset, name, type, shape)));
        return new DecodedRequest(id, parameters, inputs, outputs, binaryByDefault, timeoutMicros, priority);
    }
}
