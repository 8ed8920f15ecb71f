package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import java.nio.ByteBuffer;

/**
 * Reads one JSON value as one tensor element and checks that the type can hold it exactly (floating types: rounded once).
 *
 * <p>BOOL takes true, false, 0 and 1. Integers take any number without a fraction, in their range, also {@code 1.0} and
 * {@code 1e3}. FP32 and FP64 take numbers in their range, null as NaN, and the strings NaN, Infinity and -Infinity.
 *
 * <p>Threading: confined to one thread.
 */
final class ElementReader {
    private final JsonScanner scanner;
    private final Place place;

    /** Says where the value stands, for messages: {@code input 'x': data[3]}. */
    interface Place {
        String describe();
    }

    ElementReader(JsonScanner scanner, Place place) {
        this.scanner = scanner;
        this.place = place;
    }

    /**
     * Reads the next value into little-endian memory.
     *
     * @param type of fixed size, with a JSON form
     */
    void read(DataType type, ByteBuffer memory, int at) {
        switch (type) {
            case FP32 -> memory.putFloat(at, scanner.atNumber() ? finiteFloat() : (float) nonNumber(type));
            case FP64 -> memory.putDouble(at, scanner.atNumber() ? finiteDouble() : nonNumber(type));
            case BOOL -> memory.put(at, bool());
            case UINT8, INT8 -> memory.put(at, (byte) integer(type));
            case UINT16, INT16 -> memory.putShort(at, (short) integer(type));
            case UINT32, INT32 -> memory.putInt(at, (int) integer(type));
            case UINT64, INT64 -> memory.putLong(at, integer(type));
            case FP16, BF16, BYTES -> throw new IllegalArgumentException(type + " elements have no fixed JSON form");
        }
    }

    private float finiteFloat() {
        NumberParser number = scanner.number();
        float value = number.floatValue();
        if (Float.isInfinite(value)) {
            throw outOfRange(number, DataType.FP32, "[-3.4028235e38, 3.4028235e38]");
        }
        return value;
    }

    private double finiteDouble() {
        NumberParser number = scanner.number();
        double value = number.doubleValue();
        if (Double.isInfinite(value)) {
            throw outOfRange(number, DataType.FP64, "[-1.7976931348623157e308, 1.7976931348623157e308]");
        }
        return value;
    }

    private double nonNumber(DataType type) {
        if (scanner.tryLiteral("null")) {
            return Double.NaN;
        }
        if (scanner.atString()) {
            scanner.readString();
            JsonText text = scanner.lastText();
            if (text.is("NaN")) {
                return Double.NaN;
            }
            if (text.is("Infinity")) {
                return Double.POSITIVE_INFINITY;
            }
            if (text.is("-Infinity")) {
                return Double.NEGATIVE_INFINITY;
            }
            throw InferenceException.invalidInput(
                    place.describe() + " must be a number (" + type + "), got string " + text.quoted());
        }
        throw scanner.wrongKind(place.describe(), "a number (" + type + ")");
    }

    private byte bool() {
        if (scanner.tryLiteral("true")) {
            return 1;
        }
        if (scanner.tryLiteral("false")) {
            return 0;
        }
        String expected = "true, false, 0 or 1 (BOOL)";
        if (!scanner.atNumber()) {
            throw scanner.wrongKind(place.describe(), expected);
        }
        NumberParser number = scanner.number();
        boolean valid = number.integrality() == NumberParser.Integrality.INTEGER
                && (number.magnitude() == 0 || (number.magnitude() == 1 && !number.isNegative()));
        if (!valid) {
            throw InferenceException.invalidInput(
                    place.describe() + " must be " + expected + ", got number " + number.text());
        }
        return (byte) number.magnitude();
    }

    private long integer(DataType type) {
        if (!scanner.atNumber()) {
            throw scanner.wrongKind(place.describe(), "an integer (" + type + ")");
        }
        NumberParser number = scanner.number();
        NumberParser.Integrality integrality = number.integrality();
        if (integrality == NumberParser.Integrality.FRACTION) {
            throw InferenceException.invalidInput(
                    place.describe() + " must be an integer (" + type + "), got number " + number.text());
        }
        IntegerRange range = IntegerRange.of(type);
        if (integrality == NumberParser.Integrality.TOO_LARGE
                || !range.holds(number.isNegative(), number.magnitude())) {
            throw outOfRange(number, type, range.toString());
        }
        return number.isNegative() ? -number.magnitude() : number.magnitude();
    }

    private InferenceException outOfRange(NumberParser number, DataType type, String range) {
        return InferenceException.invalidInput(
                place.describe() + " must be in " + range + " (" + type + "), got number " + number.text());
    }
}
