package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.sluice.loader.runtime.ModelLoadException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the tensors in a model file have the numbers that their dimensions claim.
 *
 * <p>Threading: confined to one thread.
 */
final class TensorClaims {
    private static final String LOCATION = "location";
    private static final String OFFSET = "offset";
    private static final String LENGTH = "length";

    /** What the format defines. Whatever else the runtime may know (pre-packed weights) is not checked, so not taken. */
    private static final Set<String> KEYS = Set.of(LOCATION, OFFSET, LENGTH, "checksum", "basepath");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
    private static final int DOUBLE = TensorProto.DataType.DOUBLE_VALUE;
    private static final int COMPLEX64 = TensorProto.DataType.COMPLEX64_VALUE;
    private static final int COMPLEX128 = TensorProto.DataType.COMPLEX128_VALUE;
    private static final int STRING = TensorProto.DataType.STRING_VALUE;

    private final String name;
    private final ExternalFiles files;
    private long externalBytes;

    /**
     * @param name of the model file, quoted
     */
    TensorClaims(String name, ExternalFiles files) {
        this.name = name;
        this.files = files;
    }

    /** Bytes that tensors take from external files; a part that two of them take counts twice, as it does in memory. */
    long externalBytes() {
        return externalBytes;
    }

    /**
     * Checks one tensor.
     *
     * @param where it is in the model
     * @param leftOut of its numbers when this was read
     * @throws ModelLoadException step {@code read}
     */
    void check(Where where, TensorProto tensor, LeftOut leftOut) throws ModelLoadException {
        long elements = elements(where, tensor.getDimsList());
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            checkExternal(where, tensor, elements);
        } else if (tensor.getExternalDataCount() > 0) {
            throw refused(where, "names external data without being marked as external");
        } else {
            checkInline(where, tensor, elements, leftOut);
        }
    }

    /** How many elements these dimensions have; none of them may be negative, and their product must fit 63 bits. */
    long elements(Where where, List<Long> dimensions) throws ModelLoadException {
        long elements = 1;
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw refused(where, "has the negative dimension " + dimension + " in " + shown(dimensions));
            }
            elements = multiplied(where, dimensions, elements, dimension);
        }
        return elements;
    }

    private long multiplied(Where where, List<Long> dimensions, long elements, long dimension)
            throws ModelLoadException {
        try {
            return Math.multiplyExact(elements, dimension);
        } catch (ArithmeticException e) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    name + ": " + where + " has dimensions " + shown(dimensions) + ", whose product is beyond 63 bits",
                    e);
        }
    }

    private void checkInline(Where where, TensorProto tensor, long elements, LeftOut leftOut)
            throws ModelLoadException {
        if (tensor.getDataType() == STRING) {
            if (elements != tensor.getStringDataCount()) {
                throw mismatch(where, tensor, elements + " texts", tensor.getStringDataCount() + " in the file");
            }
            return;
        }
        int bits = TensorBits.of(tensor.getDataType());
        long rawBytes = leftOut.rawBytes() + tensor.getRawData().size();
        if (bits == TensorBits.UNKNOWN || rawBytes == 0) {
            long most = mostElements(tensor, leftOut);
            if (elements > most) {
                throw mismatch(where, tensor, elements + " elements", "numbers for at most " + most + " in the file");
            }
            return;
        }
        long needed = bytes(where, tensor, bits, elements);
        if (needed != rawBytes) {
            throw mismatch(where, tensor, needed + " bytes", rawBytes + " in the file");
        }
    }

    /** As many elements as the lists of numbers can hold at most. */
    private static long mostElements(TensorProto tensor, LeftOut leftOut) {
        long listed = tensor.getFloatDataCount()
                + (long) tensor.getInt32DataCount()
                + tensor.getInt64DataCount()
                + tensor.getDoubleDataCount()
                + tensor.getUint64DataCount();
        // Floats lie in lists as they are; an integer takes a byte or more, which holds several of the smallest types.
        return switch (tensor.getDataType()) {
            case FLOAT -> listed + leftOut.typedBytes() / 4;
            case DOUBLE, COMPLEX64 -> listed + leftOut.typedBytes() / 8;
            case COMPLEX128 -> listed + leftOut.typedBytes() / 16;
            default -> {
                int bits = TensorBits.of(tensor.getDataType());
                yield (listed + leftOut.typedBytes()) * (bits == TensorBits.UNKNOWN ? 1 : Math.max(1, 8 / bits));
            }
        };
    }

    private void checkExternal(Where where, TensorProto tensor, long elements) throws ModelLoadException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (!KEYS.contains(entry.getKey())) {
                throw refused(where, "describes its external data by the unknown key " + Shown.quoted(entry.getKey()));
            }
            if (entries.put(entry.getKey(), entry.getValue()) != null) {
                throw refused(where, "gives the '" + entry.getKey() + "' of its external data twice");
            }
        }
        String location = entries.getOrDefault(LOCATION, "");
        if (location.isEmpty()) {
            throw refused(where, "is external data without a location");
        }
        long size = files.size(location);
        long offset = number(where, entries, OFFSET, 0);
        int bits = TensorBits.of(tensor.getDataType());
        if (bits == TensorBits.UNKNOWN) {
            throw refused(
                    where,
                    "is external data of type " + ElementTypes.fileName(tensor.getDataType())
                            + ", whose size in bytes is not known");
        }
        long needed = bytes(where, tensor, bits, elements);
        long length = number(where, entries, LENGTH, needed);
        if (length != needed) {
            throw mismatch(where, tensor, needed + " bytes", "a length of " + length + " in " + Shown.quoted(location));
        }
        if (offset > size || length > size - offset) {
            throw refused(
                    where,
                    "takes " + length + " bytes from byte " + offset + " of " + Shown.quoted(location) + ", which has "
                            + size + " bytes");
        }
        externalBytes = Math.addExact(externalBytes, length);
    }

    private long number(Where where, Map<String, String> entries, String key, long fallback) throws ModelLoadException {
        String text = entries.get(key);
        if (text == null) {
            return fallback;
        }
        if (NUMBER.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        throw refused(
                where,
                "gives the " + key + " of its external data as " + Shown.quoted(text)
                        + "; it must be a whole number of 0 or more, of at most 18 digits");
    }

    private long bytes(Where where, TensorProto tensor, int bits, long elements) throws ModelLoadException {
        try {
            return TensorBits.bytes(bits, elements);
        } catch (ArithmeticException e) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    name + ": " + where + " has dimensions " + shown(tensor.getDimsList()) + " of "
                            + ElementTypes.fileName(tensor.getDataType()) + ", more bytes than 63 bits can count",
                    e);
        }
    }

    private ModelLoadException mismatch(Where where, TensorProto tensor, String needed, String found) {
        return refused(
                where,
                "has dimensions " + shown(tensor.getDimsList()) + " of " + ElementTypes.fileName(tensor.getDataType())
                        + ", which are " + needed + "; there are " + found);
    }

    private static String shown(List<Long> dimensions) {
        return dimensions.size() > 8 ? dimensions.subList(0, 8).toString().replace("]", ", …]") : dimensions.toString();
    }

    private ModelLoadException refused(Where where, String what) {
        return new ModelLoadException(OnnxFile.STEP, name + ": " + where + " " + what);
    }
}
