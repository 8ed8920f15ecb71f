package dev.sluice.canary.monitor.validation;

import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.model.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Optional;

/**
 * Brings what the values of a feature may be into the form of the feature's datatype, and refuses what that type cannot be.
 *
 * <p>Threading: stateless.
 */
final class DomainCompiler {
    private static final BigDecimal HALF_RANGE = new BigDecimal(BigInteger.ONE.shiftLeft(63));

    private DomainCompiler() {}

    /** Texts have no order, and are all that they can be. */
    static TextSet texts(FeatureDomain domain, DomainSource source) throws SchemaException {
        requireNoOrder(domain, source, "values and missing");
        return new TextSet(domain.values());
    }

    static IntegerCheck.Bounds booleans(FeatureDomain domain, DomainSource source) throws SchemaException {
        requireNoOrder(domain, source, "values");
        requireNeverMissing(domain, source);
        long[] values = new long[domain.values().size()];
        for (int i = 0; i < values.length; i++) {
            String text = domain.values().get(i);
            values[i] = switch (text) {
                case "true" -> 1;
                case "false" -> 0;
                default -> throw source.wrong("values", "must be true or false for BOOL", Shown.quoted(text));
            };
        }
        return values.length == 0
                ? IntegerCheck.Bounds.NONE
                : new IntegerCheck.Bounds(Long.MIN_VALUE, Long.MAX_VALUE, Arrays.stream(values));
    }

    private static void requireNoOrder(FeatureDomain domain, DomainSource source, String instead)
            throws SchemaException {
        if (domain.min().isPresent()) {
            throw source.impossible(
                    "min", instead, FeatureDomain.text(domain.min().get()));
        }
        if (domain.max().isPresent()) {
            throw source.impossible(
                    "max", instead, FeatureDomain.text(domain.max().get()));
        }
        if (domain.integer()) {
            throw source.impossible("integer", instead, "true");
        }
    }

    private static void requireNeverMissing(FeatureDomain domain, DomainSource source) throws SchemaException {
        if (domain.missing().orElse(false)) {
            throw source.wrong(
                    "missing", "must be false for " + source.type() + ", which has no missing value", "true");
        }
    }

    static IntegerCheck.Bounds integers(FeatureDomain domain, DomainSource source) throws SchemaException {
        requireNeverMissing(domain, source);
        DataType type = source.type();
        BigDecimal least = smallest(type);
        BigDecimal most = largest(type);
        Optional<BigDecimal> min = domain.min().map(number -> number.setScale(0, RoundingMode.CEILING));
        Optional<BigDecimal> max = domain.max().map(number -> number.setScale(0, RoundingMode.FLOOR));
        if (min.isPresent() && min.get().compareTo(most) > 0) {
            throw source.wrong(
                    "min", "must be at most " + most + " for " + type, min.get().toPlainString());
        }
        if (max.isPresent() && max.get().compareTo(least) < 0) {
            throw source.wrong(
                    "max",
                    "must be at least " + least + " for " + type,
                    max.get().toPlainString());
        }
        long[] values = new long[domain.values().size()];
        for (int i = 0; i < values.length; i++) {
            String text = domain.values().get(i);
            values[i] = ordered(type, whole(text, least, most, source));
        }
        if (min.isEmpty() && max.isEmpty() && values.length == 0) {
            return IntegerCheck.Bounds.NONE;
        }
        return new IntegerCheck.Bounds(
                ordered(type, min.orElse(least).max(least)),
                ordered(type, max.orElse(most).min(most)),
                Arrays.stream(values));
    }

    private static BigDecimal whole(String text, BigDecimal least, BigDecimal most, DomainSource source)
            throws SchemaException {
        String rule = "must be whole numbers between " + least + " and " + most + " for " + source.type();
        BigDecimal number = number(text, rule, source);
        if (number.stripTrailingZeros().scale() > 0 || number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            throw source.wrong("values", rule, Shown.quoted(text));
        }
        return number;
    }

    /** In the form of {@link IntegerCheck#ordered}. */
    private static long ordered(DataType type, BigDecimal number) {
        return (type == DataType.UINT64 ? number.subtract(HALF_RANGE) : number).longValueExact();
    }

    private static BigDecimal smallest(DataType type) {
        boolean signed = switch (type) {
            case INT8, INT16, INT32, INT64 -> true;
            case BOOL, UINT8, UINT16, UINT32, UINT64, FP16, BF16, FP32, FP64, BYTES -> false;
        };
        return signed
                ? new BigDecimal(
                        BigInteger.ONE.shiftLeft(8 * type.byteSize() - 1).negate())
                : BigDecimal.ZERO;
    }

    private static BigDecimal largest(DataType type) {
        int bits = 8 * type.byteSize() - (smallest(type).signum() < 0 ? 1 : 0);
        return new BigDecimal(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
    }

    static FloatingCheck.Bounds floats(FeatureDomain domain, DomainSource source) throws SchemaException {
        double[] values = new double[domain.values().size()];
        for (int i = 0; i < values.length; i++) {
            String text = domain.values().get(i);
            String rule = "must be numbers for " + source.type();
            // Minus zero is zero: the search tells them apart.
            values[i] = 0.0 + held("values", "must be numbers", number(text, rule, source), source);
        }
        double low = domain.min().isPresent()
                ? held("min", "must be a number", domain.min().get(), source)
                : -Double.MAX_VALUE;
        double high = domain.max().isPresent()
                ? held("max", "must be a number", domain.max().get(), source)
                : Double.MAX_VALUE;
        return new FloatingCheck.Bounds(low, high, Arrays.stream(values));
    }

    private static double held(String part, String rule, BigDecimal number, DomainSource source)
            throws SchemaException {
        double value = Rounding.nearest(source.type(), number);
        if (Double.isInfinite(value)) {
            throw source.wrong(part, rule + " that " + source.type() + " can hold", FeatureDomain.text(number));
        }
        return value;
    }

    private static BigDecimal number(String text, String rule, DomainSource source) throws SchemaException {
        try {
            return FeatureDomain.number(text);
        } catch (IllegalArgumentException e) {
            throw source.wrong("values", rule, Shown.quoted(text));
        }
    }
}
