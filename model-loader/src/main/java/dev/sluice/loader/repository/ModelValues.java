package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.VersionSelector;
import dev.sluice.settings.BadValueException;
import dev.sluice.settings.NearestWord;
import dev.sluice.settings.SettingsNode;
import dev.sluice.settings.ValueType;
import dev.sluice.settings.ValueTypes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The types of values that only a model's settings have.
 *
 * <p>Threading: stateless.
 */
final class ModelValues {
    private static final String VERSIONS_RULE = "must be latest N, all, or a list of versions such as [1, 3]";
    private static final Pattern LATEST = Pattern.compile("latest(?: +([0-9]{1,9}))?");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[0-9]{1,18}(?:\\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,2})?");
    private static final String PADDING_RULE = "must be auto, off or a mapping with mask and values";
    private static final ValueType<Map<String, Double>> PADDING_VALUES = ValueTypes.map(
            ValueType.of("number", node -> number(node, "must be a number"), value -> Double.toString(value)));
    private static final List<String> PROVIDERS = List.of("cuda", "tensorrt", "openvino", "dnnl", "xnnpack", "coreml");

    private ModelValues() {}

    /** {@code latest}, {@code latest 2}, {@code all}, {@code [1, 3]}; as a mapping {@code {latest: 2}} or {@code {specific: [1]}}. */
    static ValueType<VersionPolicy> versions() {
        return ValueType.of("`latest N`, `all`, list of versions", ModelValues::parseVersions, ModelValues::show);
    }

    /** {@code true}, {@code false} or {@code auto}. */
    static ValueType<BatchingConfig.Mode> batchingMode() {
        String rule = "must be true, false or auto";
        return ValueType.of(
                "true, false, auto",
                node -> switch (ValueTypes.scalar(node, rule)) {
                    case "true" -> BatchingConfig.Mode.ON;
                    case "false" -> BatchingConfig.Mode.OFF;
                    case "auto" -> BatchingConfig.Mode.AUTO;
                    default -> throw BadValueException.rule(rule, node);
                },
                mode -> switch (mode) {
                    case ON -> "`true`";
                    case OFF -> "`false`";
                    case AUTO -> "`auto`";
                });
    }

    /** A version number from 1, or a label. */
    static ValueType<VersionSelector> version() {
        String rule = "must be a version number from 1 or a label";
        return ValueType.of(
                "version or label",
                node -> {
                    VersionSelector selector = VersionSelector.parse(ValueTypes.scalar(node, rule));
                    boolean none = selector instanceof VersionSelector.Routed
                            || (selector instanceof VersionSelector.Exact exact && exact.version() < 1);
                    if (none) {
                        throw BadValueException.rule(rule, node);
                    }
                    return selector;
                },
                selector -> "`" + selector + "`");
    }

    /** A number in [0, {@code max}]. */
    static ValueType<Double> fraction(double max) {
        String rule = "must be a number between 0 and " + max;
        return ValueType.of(
                "number, 0 to " + max,
                node -> {
                    double value = number(node, rule);
                    if (!(value >= 0 && value <= max)) {
                        throw BadValueException.rule(rule, node);
                    }
                    return value;
                },
                value -> "`" + value + "`");
    }

    /** Any finite number. */
    static double number(SettingsNode node, String rule) throws BadValueException {
        String text = ValueTypes.scalar(node, rule);
        if (!NUMBER.matcher(text).matches()) {
            throw BadValueException.rule(rule, node);
        }
        return Double.parseDouble(text);
    }

    /** {@code auto}, {@code off}, or {@code {mask: INPUT, values: {INPUT: number}}} with either key. */
    static ValueType<PaddingConfig> padding() {
        return ValueType.of(
                "`auto`, `off`, `{mask: input, values: {input: number}}`",
                ModelValues::parsePadding,
                padding -> padding.allowed() ? "`auto`" : "`off`");
    }

    private static PaddingConfig parsePadding(SettingsNode node) throws BadValueException {
        if (!(node instanceof SettingsNode.Mapping mapping)) {
            return switch (ValueTypes.scalar(node, PADDING_RULE)) {
                case "auto" -> PaddingConfig.AUTO;
                case "off" -> PaddingConfig.OFF;
                default -> throw BadValueException.rule(PADDING_RULE, node);
            };
        }
        String mask = "";
        Map<String, Double> values = Map.of();
        for (Map.Entry<String, SettingsNode.Entry> entry : mapping.entries().entrySet()) {
            SettingsNode value = entry.getValue().value();
            switch (entry.getKey()) {
                case "mask" -> mask = ValueTypes.text().parse(value);
                case "values" -> values = PADDING_VALUES.parse(value);
                default -> throw BadValueException.message(PADDING_RULE + ", got the key " + entry.getKey());
            }
        }
        return new PaddingConfig(true, mask, values);
    }

    /** A file name without folders. */
    static ValueType<String> fileName() {
        ValueType<String> text = ValueTypes.text();
        return ValueType.of(
                "file name",
                node -> {
                    String name = text.parse(node);
                    if (name.startsWith(".") || name.contains("/") || name.contains("\\") || name.indexOf('\0') >= 0) {
                        throw BadValueException.rule("must be a file name without folders", node);
                    }
                    return name;
                },
                text::show);
    }

    /** Names or {@code {name: options}}. */
    static ValueType<List<RuntimeOptions.Provider>> providers() {
        ValueType<RuntimeOptions.Provider> one = ValueType.of(
                "`" + String.join("`, `", PROVIDERS) + "` or `{name: options}`",
                ModelValues::parseProvider,
                provider -> "`" + provider.name() + "`");
        return ValueTypes.list(one);
    }

    /** Texts that differ. */
    static ValueType<List<String>> features() {
        ValueType<List<String>> list = ValueTypes.list(ValueTypes.text());
        return ValueType.of(
                list.expected(),
                node -> {
                    List<String> names = list.parse(node);
                    Set<String> seen = new HashSet<>();
                    for (String name : names) {
                        if (!seen.add(name)) {
                            throw BadValueException.message("names must be distinct, got " + name + " twice");
                        }
                    }
                    return names;
                },
                list::show);
    }

    /** Lists of texts by output. */
    static ValueType<Map<String, List<String>>> labels() {
        ValueType<List<String>> list =
                ValueTypes.list(ValueType.of("text", node -> ValueTypes.scalar(node, "must be text"), text -> text));
        return ValueTypes.map(ValueType.of(
                list.expected(),
                node -> {
                    if (node instanceof SettingsNode.Sequence sequence
                            && !sequence.items().isEmpty()) {
                        return list.parse(node);
                    }
                    throw BadValueException.rule("must be a list of labels", node);
                },
                list::show));
    }

    private static VersionPolicy parseVersions(SettingsNode node) throws BadValueException {
        if (node instanceof SettingsNode.Sequence sequence && !sequence.items().isEmpty()) {
            Set<Long> versions = new LinkedHashSet<>();
            for (SettingsNode item : sequence.items()) {
                versions.add(version(item));
            }
            return new VersionPolicy.Specific(versions);
        }
        if (node instanceof SettingsNode.Mapping mapping && mapping.entries().size() == 1) {
            Map.Entry<String, SettingsNode.Entry> only =
                    mapping.entries().entrySet().iterator().next();
            SettingsNode value = only.getValue().value();
            if (only.getKey().equals("latest")) {
                return new VersionPolicy.Latest(
                        ValueTypes.integer(1, Integer.MAX_VALUE).parse(value));
            }
            if (only.getKey().equals("specific")) {
                return parseVersions(value);
            }
            throw BadValueException.rule(VERSIONS_RULE, node);
        }
        String text = ValueTypes.scalar(node, VERSIONS_RULE);
        if (text.equals("all")) {
            return new VersionPolicy.All();
        }
        Matcher latest = LATEST.matcher(text);
        if (latest.matches()) {
            String count = latest.group(1);
            if (count != null && Integer.parseInt(count) == 0) {
                throw BadValueException.rule("latest must be 1 or greater", node);
            }
            return new VersionPolicy.Latest(count == null ? 1 : Integer.parseInt(count));
        }
        if (VERSION.matcher(text).matches()) {
            return new VersionPolicy.Specific(Set.of(version(node)));
        }
        throw BadValueException.rule(VERSIONS_RULE, node);
    }

    private static long version(SettingsNode node) throws BadValueException {
        String text = ValueTypes.scalar(node, "must be a version, 1 or greater");
        if (!VERSION.matcher(text).matches()) {
            throw BadValueException.rule("must be a version, 1 or greater", node);
        }
        return Long.parseLong(text);
    }

    private static String show(VersionPolicy policy) {
        if (policy instanceof VersionPolicy.Latest latest) {
            return "`latest " + latest.count() + "`";
        }
        if (policy instanceof VersionPolicy.Specific specific) {
            return "`" + specific.versions().stream().sorted().toList() + "`";
        }
        return "`all`";
    }

    private static RuntimeOptions.Provider parseProvider(SettingsNode node) throws BadValueException {
        String name;
        Map<String, String> options = Map.of();
        if (node instanceof SettingsNode.Mapping mapping && mapping.entries().size() == 1) {
            Map.Entry<String, SettingsNode.Entry> only =
                    mapping.entries().entrySet().iterator().next();
            name = only.getKey();
            options = ValueTypes.map(ValueTypes.text()).parse(only.getValue().value());
        } else {
            name = ValueTypes.scalar(node, "must be a provider's name or one {name: options}");
        }
        if (!PROVIDERS.contains(name)) {
            List<String> names = new ArrayList<>(PROVIDERS);
            String meant = NearestWord.of(name, names)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            throw BadValueException.message(
                    "providers must be among " + String.join(", ", names) + ", got " + name + meant);
        }
        return new RuntimeOptions.Provider(name, options);
    }
}
