package dev.sluice.loadtest;

import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shape whose dimensions are numbers or ranges to draw from.
 *
 * <p>Equal ranges of one request take the same value, so that ids and their mask get one length.
 *
 * <p>Threading: immutable.
 *
 * @param dimensions outermost first
 */
public record ShapePattern(List<Range> dimensions) {
    private static final Pattern SEPARATOR = Pattern.compile("[,x]");
    private static final Pattern DIMENSION = Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9}))?");

    /**
     * A dimension: every value from {@code min} to {@code max} is as likely.
     *
     * @param min 0 or greater
     * @param max {@code min} or greater
     */
    public record Range(long min, long max) {
        public Range {
            if (min < 0 || max < min) {
                throw new IllegalArgumentException("a range must go up from 0 or more, got " + min + ".." + max);
            }
        }
    }

    public ShapePattern {
        dimensions = List.copyOf(dimensions);
    }

    /** Exactly that shape, which must be fixed. */
    public static ShapePattern of(Shape shape) {
        List<Range> ranges = new ArrayList<>();
        for (long dimension : shape.toArray()) {
            ranges.add(new Range(dimension, dimension));
        }
        return new ShapePattern(ranges);
    }

    /**
     * The pattern that {@code text} says: {@code 1,32} or {@code 1,5..127}, with commas or the letter x.
     *
     * @throws IllegalArgumentException if it says none
     */
    public static ShapePattern parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : SEPARATOR.split(text, -1)) {
            Matcher matcher = DIMENSION.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "a shape must be numbers or ranges and commas, for example 1,32 or 1,5..127, got '" + text
                                + "'");
            }
            long min = Long.parseLong(matcher.group(1));
            ranges.add(new Range(min, matcher.group(2) == null ? min : Long.parseLong(matcher.group(2))));
        }
        return new ShapePattern(ranges);
    }

    /**
     * A shape that fits.
     *
     * @param drawn what ranges of this request have been given before; added to
     */
    Shape draw(RandomGenerator random, Map<Range, Long> drawn) {
        long[] shape = new long[dimensions.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = drawn.computeIfAbsent(dimensions.get(i), range -> random.nextLong(range.min(), range.max() + 1));
        }
        return Shape.of(shape);
    }
}
