package dev.sluice.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The usual {@link ValueType}s. Numbers and words may be quoted.
 *
 * <p>Threading: stateless.
 */
public final class ValueTypes {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");

    private ValueTypes() {}

    /** A text that is not empty. */
    public static ValueType<String> text() {
        return ValueType.of(
                "text",
                node -> {
                    String text = scalar(node, "must be text");
                    if (text.isEmpty()) {
                        throw BadValueException.rule("must not be empty", node);
                    }
                    return text;
                },
                ValueTypes::code);
    }

    /** {@code true} or {@code false}. */
    public static ValueType<Boolean> bool() {
        String rule = "must be true or false";
        return ValueType.of(
                "true, false",
                node -> switch (scalar(node, rule).toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw BadValueException.rule(rule, node);
                },
                value -> code(value.toString()));
    }

    /** An integer in [{@code min}, {@code max}]. */
    public static ValueType<Integer> integer(int min, int max) {
        ValueType<Long> wide = integer((long) min, (long) max);
        return ValueType.of(
                wide.expected(), node -> Math.toIntExact(wide.parse(node)), value -> code(Integer.toString(value)));
    }

    /** An integer in [{@code min}, {@code max}]. */
    public static ValueType<Long> integer(long min, long max) {
        return ValueType.of(
                "integer, " + min + " to " + max,
                node -> {
                    String text = scalar(node, "must be an integer between " + min + " and " + max);
                    if (!INTEGER.matcher(text).matches()) {
                        throw BadValueException.rule("must be an integer between " + min + " and " + max, node);
                    }
                    return within(Long.parseLong(text), min, max, String::valueOf, node);
                },
                value -> code(Long.toString(value)));
    }

    /** A duration in [{@code min}, {@code max}], such as {@code 250ms}; {@code 0} needs no unit. */
    public static ValueType<Duration> duration(Duration min, Duration max) {
        return ValueType.of(
                "duration, " + Quantities.show(min) + " to " + Quantities.show(max),
                node -> {
                    String rule = "must be a duration such as 250ms, 30s or 5m";
                    Duration value = Quantities.duration(scalar(node, rule));
                    if (value == null) {
                        throw BadValueException.rule(rule, node);
                    }
                    return within(value, min, max, Quantities::show, node);
                },
                value -> code(Quantities.show(value)));
    }

    /** Bytes in [{@code min}, {@code max}], such as {@code 64MiB} or {@code 1GB}; a bare number is bytes. */
    public static ValueType<Long> bytes(long min, long max) {
        return ValueType.of(
                "size, " + Quantities.show(min) + " to " + Quantities.show(max),
                node -> {
                    String rule = "must be a size such as 512KiB, 64MiB or 1GB";
                    Long value = Quantities.bytes(scalar(node, rule));
                    if (value == null) {
                        throw BadValueException.rule(rule, node);
                    }
                    return within(value, min, max, Quantities::show, node);
                },
                value -> code(Quantities.show(value)));
    }

    /** One of the enum's constants in kebab-case. */
    public static <E extends Enum<E>> ValueType<E> word(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(kebab(constant), constant);
        }
        String rule = "must be " + orList(words.keySet().stream().toList());
        return ValueType.of(
                String.join(", ", words.keySet()),
                node -> {
                    E constant = words.get(scalar(node, rule));
                    if (constant == null) {
                        throw BadValueException.rule(rule, node);
                    }
                    return constant;
                },
                value -> code(kebab(value)));
    }

    /**
     * A text read by a function.
     *
     * @param rule for example {@code must be cpu or cuda:N}
     * @param read throws IllegalArgumentException for a text that is none
     */
    public static <T> ValueType<T> parsed(
            String expected, String rule, Function<String, T> read, Function<T, String> show) {
        return ValueType.of(
                expected,
                node -> {
                    try {
                        return read.apply(scalar(node, rule));
                    } catch (IllegalArgumentException e) {
                        throw BadValueException.rule(rule, node);
                    }
                },
                value -> code(show.apply(value)));
    }

    /** A path of the file system. */
    public static ValueType<Path> path() {
        ValueType<String> text = text();
        return ValueType.of(
                "path",
                node -> {
                    try {
                        return Path.of(text.parse(node));
                    } catch (InvalidPathException e) {
                        throw BadValueException.rule("must be a path", node);
                    }
                },
                value -> code(value.toString()));
    }

    /** A list; a single value stands for a list of one. */
    public static <T> ValueType<List<T>> list(ValueType<T> item) {
        return ValueType.of(
                "list of " + item.expected(),
                node -> {
                    if (!(node instanceof SettingsNode.Sequence sequence)) {
                        return List.of(item.parse(node));
                    }
                    List<T> values = new ArrayList<>();
                    for (SettingsNode each : sequence.items()) {
                        values.add(item.parse(each));
                    }
                    return List.copyOf(values);
                },
                values -> values.isEmpty()
                        ? "none"
                        : values.stream().map(item::show).collect(Collectors.joining(", ")));
    }

    /** A mapping from any key to values of one type, in the order written. */
    public static <T> ValueType<Map<String, T>> map(ValueType<T> value) {
        return ValueType.of(
                "mapping to " + value.expected(),
                node -> {
                    if (node instanceof SettingsNode.Scalar scalar && scalar.isNothing()) {
                        return Map.of();
                    }
                    if (!(node instanceof SettingsNode.Mapping mapping)) {
                        throw BadValueException.rule("must be a mapping of keys to values", node);
                    }
                    Map<String, T> values = new LinkedHashMap<>();
                    for (Map.Entry<String, SettingsNode.Entry> entry :
                            mapping.entries().entrySet()) {
                        try {
                            values.put(
                                    entry.getKey(), value.parse(entry.getValue().value()));
                        } catch (BadValueException e) {
                            throw e.under(entry.getKey());
                        }
                    }
                    return Collections.unmodifiableMap(values);
                },
                values -> values.isEmpty() ? "none" : values.toString());
    }

    /**
     * The node's text.
     *
     * @throws BadValueException with that rule for a list, a mapping, or nothing
     */
    public static String scalar(SettingsNode node, String rule) throws BadValueException {
        if (node instanceof SettingsNode.Scalar scalar && !scalar.isNothing()) {
            return scalar.text();
        }
        throw BadValueException.rule(rule, node);
    }

    private static <C extends Comparable<C>> C within(
            C value, C min, C max, Function<C, String> show, SettingsNode node) throws BadValueException {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw BadValueException.rule("must be between " + show.apply(min) + " and " + show.apply(max), node);
        }
        return value;
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String orList(List<String> words) {
        int last = words.size() - 1;
        return Stream.of(String.join(", ", words.subList(0, last)), words.get(last))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" or "));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
