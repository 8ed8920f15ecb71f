package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.Shape;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one entry of {@code inputs}. Fields may come in any order: data that precedes its name, datatype or shape is checked,
 * passed over and read at the end.
 *
 * <p>Parameters of an input other than {@code binary_data_size} and those of shared memory are checked as JSON and ignored.
 *
 * <p>Threading: confined to one thread.
 */
final class InputReader {
    private final JsonScanner scanner;
    private final CodecLimits limits;
    private final ParameterReader parameterReader;
    private final TensorDataReader dataReader;
    private final long[] dimensions;

    private int index;
    private int dataFrom;
    private int dataTo;
    private @Nullable String name;
    private @Nullable DataType type;
    private @Nullable Shape shape;

    InputReader(JsonScanner scanner, CodecLimits limits, ParameterReader parameterReader) {
        this.scanner = scanner;
        this.limits = limits;
        this.parameterReader = parameterReader;
        this.dataReader = new TensorDataReader(scanner);
        this.dimensions = new long[limits.rankMax()];
    }

    /**
     * Reads the next value as the entry of this 0-based index; JSON data goes into the block.
     *
     * @param input takes the entry; a name or shape that it holds already is not made again
     */
    void read(int inputIndex, DecodedInput input, BlockBuilder block) {
        index = inputIndex;
        name = null;
        type = null;
        shape = null;
        if (!scanner.atObject()) {
            throw scanner.wrongKind(label(), "an object");
        }
        Map<String, ParameterValue> parameters = Map.of();
        boolean read = false;
        int skippedFrom = -1;
        dataFrom = -1;
        JsonKeys keys = new JsonKeys();
        scanner.beginObject();
        while (scanner.nextKey()) {
            String key = scanner.key();
            scanner.requireNew(keys, key);
            switch (key) {
                case "name" -> name = readName(input.name());
                case "datatype" -> type = readType();
                case "shape" -> shape = readShape(input.shape());
                case "parameters" -> parameters = parameterReader.read(label() + ": ");
                case "data" -> {
                    if (isDescribed()) {
                        dataFrom = scanner.position();
                        readData(input, block);
                        dataTo = scanner.position();
                        read = true;
                    } else {
                        skippedFrom = scanner.position();
                        scanner.skipValue();
                    }
                }
                default -> scanner.skipValue();
            }
        }
        requireDescribed();
        long binaryBytes = binaryBytes(parameters, read || skippedFrom >= 0);
        if (binaryBytes >= 0) {
            Shape ownShape = known(shape);
            input.setAnnounced(known(name), known(type), ownShape, elementCount(ownShape), binaryBytes);
        } else if (!read) {
            int after = scanner.position();
            scanner.moveTo(skippedFrom);
            readData(input, block);
            scanner.moveTo(after);
        }
    }

    /** Where the value of the {@code data} read last begins, or white space before it; -1 when its entry came in another order. */
    int dataFrom() {
        return dataFrom;
    }

    /** Where that value ends. */
    int dataTo() {
        return dataTo;
    }

    /** Reads data. */
    TensorDataReader dataReader() {
        return dataReader;
    }

    private String label() {
        String known = name;
        return known == null ? "inputs[" + index + "]" : DecodedInput.label(known);
    }

    private String readName(String likely) {
        if (!scanner.atString()) {
            throw scanner.wrongKind(label() + ": name", "a string");
        }
        String read = scanner.string(likely);
        if (read.isEmpty()) {
            throw InferenceException.invalidInput(label() + ": name must not be empty");
        }
        return read;
    }

    private DataType readType() {
        if (!scanner.atString()) {
            throw scanner.wrongKind(label() + ": datatype", "a string");
        }
        String text = scanner.string();
        DataType read = DataType.byName(text);
        if (read == null) {
            throw InferenceException.invalidInput(label() + ": datatype must be one of "
                    + Arrays.toString(DataType.values()) + ", got " + ClientText.quote(text));
        }
        return read;
    }

    private Shape readShape(Shape likely) {
        if (!scanner.atArray()) {
            throw scanner.wrongKind(label() + ": shape", "an array of integers");
        }
        int rank = 0;
        scanner.beginArray();
        while (scanner.nextElement()) {
            if (rank == limits.rankMax()) {
                throw InferenceException.invalidInput(
                        label() + ": shape must have at most " + limits.rankMax() + " dimensions");
            }
            dimensions[rank] = readDimension(rank);
            rank++;
        }
        return isShape(likely, rank) ? likely : Shape.of(Arrays.copyOf(dimensions, rank));
    }

    /** Whether the dimensions read are those of this shape. */
    private boolean isShape(Shape likely, int rank) {
        if (likely.rank() != rank) {
            return false;
        }
        for (int i = 0; i < rank; i++) {
            if (likely.dimension(i) != dimensions[i]) {
                return false;
            }
        }
        return true;
    }

    private long readDimension(int at) {
        String expected = "an integer in [0, 9223372036854775807]";
        if (!scanner.atNumber()) {
            throw scanner.wrongKind(label() + ": shape[" + at + "]", expected);
        }
        NumberParser number = scanner.number();
        if (number.integrality() != NumberParser.Integrality.INTEGER
                || number.magnitude() < 0
                || (number.isNegative() && number.magnitude() != 0)) {
            throw InferenceException.invalidInput(
                    label() + ": shape[" + at + "] must be " + expected + ", got number " + number.text());
        }
        return number.magnitude();
    }

    private boolean isDescribed() {
        return name != null && type != null && shape != null;
    }

    private void requireDescribed() {
        if (!isDescribed()) {
            String missing = name == null ? "name" : type == null ? "datatype" : "shape";
            throw InferenceException.invalidInput(label() + ": missing field '" + missing + "'");
        }
    }

    private void readData(DecodedInput input, BlockBuilder block) {
        String ownName = known(name);
        DataType ownType = known(type);
        Shape ownShape = known(shape);
        long count = elementCount(ownShape);
        int offset = dataReader.read(ownName, ownType, ownShape, count, block);
        input.setRead(ownName, ownType, ownShape, count, offset, block.size() - offset);
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("read before the input was described");
        }
        return value;
    }

    private long elementCount(Shape ownShape) {
        long count = 1;
        boolean tooMany = false;
        boolean empty = false;
        for (int i = 0; i < ownShape.rank(); i++) {
            long dimension = ownShape.dimension(i);
            if (dimension == 0) {
                empty = true;
                continue;
            }
            tooMany |= Math.multiplyHigh(count, dimension) != 0 || count * dimension < 0;
            count *= dimension;
        }
        if (tooMany) {
            throw InferenceException.invalidInput(
                    label() + ": shape " + ownShape + " has more than 9223372036854775807 elements");
        }
        return empty ? 0 : count;
    }

    /** {@code binary_data_size}, or -1 when the data is JSON; exactly one of the two must be there. */
    private long binaryBytes(Map<String, ParameterValue> parameters, boolean hasData) {
        if (parameters.containsKey("shared_memory_region")) {
            throw new InferenceException(
                    ErrorCode.UNIMPLEMENTED, label() + ": shared memory regions are not supported; send the data");
        }
        ParameterValue size = parameters.get("binary_data_size");
        if (size == null) {
            if (!hasData) {
                throw InferenceException.invalidInput(
                        label() + ": missing field 'data' (or parameter 'binary_data_size')");
            }
            return -1;
        }
        if (hasData) {
            throw InferenceException.invalidInput(
                    label() + ": must have either field 'data' or parameter 'binary_data_size', got both");
        }
        return ParameterRules.requireInteger(label() + ": ", "binary_data_size", 0, size);
    }
}
