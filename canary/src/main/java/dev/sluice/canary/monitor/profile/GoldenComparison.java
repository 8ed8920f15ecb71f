package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.verify.FloatBits;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compares outputs with what golden rows expect, and remembers the largest difference.
 *
 * <p>Threading: confined to one thread.
 */
final class GoldenComparison {
    private static final int TEXT_SHOWN_MAX = 60;

    private final GoldenRows golden;
    private double worst;
    private String worstOutput = "";

    GoldenComparison(GoldenRows golden) {
        this.golden = golden;
    }

    /**
     * Compares one output.
     *
     * @param expected of the same datatype, or both of floating-point types
     * @return where and how the two differ first, or null
     */
    @Nullable String firstDifference(Tensor expected, Tensor actual) {
        String output = "output '" + expected.name() + "'";
        boolean floats =
                expected.dataType().isFloatingPoint() && actual.dataType().isFloatingPoint();
        if (expected.dataType() != actual.dataType() && !floats) {
            return output + ": expected " + expected.dataType() + ", got " + actual.dataType();
        }
        if (!expected.shape().equals(actual.shape())) {
            return output + ": expected shape " + expected.shape() + ", got " + actual.shape();
        }
        if (floats) {
            return firstFloat(output, expected, actual);
        }
        List<String> wanted = elements(expected);
        List<String> found = elements(actual);
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).equals(found.get(i))) {
                return output + at(expected.shape(), i) + ": expected " + shown(wanted.get(i)) + ", got "
                        + shown(found.get(i)) + " (" + actual.dataType() + " must be equal)";
            }
        }
        return null;
    }

    private @Nullable String firstFloat(String output, Tensor expected, Tensor actual) {
        Tolerance tolerance = golden.tolerance(expected.name());
        ByteBuffer wanted = expected.memory();
        ByteBuffer found = actual.memory();
        int count = Math.toIntExact(expected.shape().elementCount());
        String first = null;
        for (int i = 0; i < count; i++) {
            double expects = FloatBits.get(wanted, expected.dataType(), i);
            double got = FloatBits.get(found, actual.dataType(), i);
            double apart = Double.compare(expects, got) == 0 ? 0 : Math.abs(got - expects);
            if (apart > worst) {
                worst = apart;
                worstOutput = expected.name();
            }
            if (first == null && !tolerance.accepts(expects, got)) {
                first = output + at(expected.shape(), i) + ": expected " + number(expects) + ", got " + number(got)
                        + (Double.isFinite(apart)
                                ? String.format(
                                        Locale.ROOT,
                                        ", %.2e apart; allowed are %.2e (%s)",
                                        apart,
                                        tolerance.allowed(expects),
                                        tolerance)
                                : "");
            }
        }
        return first;
    }

    /** For example {@code worst difference 3.20e-07 (output 'y')}. */
    String describeWorst() {
        return worst == 0
                ? "no difference"
                : String.format(Locale.ROOT, "worst difference %.2e (output '%s')", worst, worstOutput);
    }

    private static String number(double value) {
        return value == (float) value ? Float.toString((float) value) : Double.toString(value);
    }

    /** The place of an element, for example {@code [0, 2]}; empty for a scalar. */
    private static String at(Shape shape, int flatIndex) {
        if (shape.rank() == 0) {
            return "";
        }
        long[] place = new long[shape.rank()];
        long left = flatIndex;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            place[i] = left % shape.dimension(i);
            left /= shape.dimension(i);
        }
        return " element " + Arrays.toString(place);
    }

    private static String shown(String value) {
        return value.length() > TEXT_SHOWN_MAX ? value.substring(0, TEXT_SHOWN_MAX) + "…" : value;
    }

    /** Elements that are no floating-point numbers, as text that is equal exactly when they are. */
    private static List<String> elements(Tensor tensor) {
        List<String> elements = new ArrayList<>();
        ByteBuffer data = tensor.data();
        DataType type = tensor.dataType();
        while (data.hasRemaining()) {
            elements.add(
                    switch (type) {
                        case BOOL -> Boolean.toString(data.get() != 0);
                        case UINT8 -> Integer.toString(data.get() & 0xFF);
                        case UINT16 -> Integer.toString(data.getShort() & 0xFFFF);
                        case UINT32 -> Integer.toUnsignedString(data.getInt());
                        case UINT64 -> Long.toUnsignedString(data.getLong());
                        case INT8 -> Byte.toString(data.get());
                        case INT16 -> Short.toString(data.getShort());
                        case INT32 -> Integer.toString(data.getInt());
                        case INT64 -> Long.toString(data.getLong());
                        case BYTES -> text(data);
                        case FP16, BF16, FP32, FP64 -> throw new IllegalArgumentException(type + " has a tolerance");
                    });
        }
        return elements;
    }

    /** Bytes that are not UTF-8 come one character each, so that none are lost. */
    private static String text(ByteBuffer data) {
        byte[] bytes = new byte[data.getInt()];
        data.get(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean exact = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        return exact ? "'" + text + "'" : "bytes '" + new String(bytes, StandardCharsets.ISO_8859_1) + "'";
    }
}
