package dev.sluice.loader.repository;

import dev.sluice.settings.BadValueException;
import dev.sluice.settings.NearestWord;
import dev.sluice.settings.SettingsNode;
import dev.sluice.settings.ValueType;
import dev.sluice.settings.ValueTypes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How operators write what the values of features may be: {@code {age: {min: 0, max: 120}, country: {values: [DE, FR]}}}.
 *
 * <p>Threading: stateless.
 */
final class FeatureDomainType {
    private static final List<String> KEYS = List.of("min", "max", "values", "missing", "integer");
    private static final String EXPECTED = "mapping of features to `{min, max, values, missing, integer}`";

    private FeatureDomainType() {}

    /** Domains by the name of their feature, in the order written. */
    static ValueType<Map<String, FeatureDomain>> byFeature() {
        return ValueType.of(
                EXPECTED, FeatureDomainType::parse, domains -> domains.isEmpty() ? "none" : domains.toString());
    }

    private static Map<String, FeatureDomain> parse(SettingsNode node) throws BadValueException {
        if (node instanceof SettingsNode.Scalar scalar && scalar.isNothing()) {
            return Map.of();
        }
        if (!(node instanceof SettingsNode.Mapping mapping)) {
            throw BadValueException.rule("must be a mapping of features to what their values may be", node);
        }
        Map<String, FeatureDomain> domains = new LinkedHashMap<>();
        for (Map.Entry<String, SettingsNode.Entry> entry : mapping.entries().entrySet()) {
            domains.put(entry.getKey(), domain(entry.getKey(), entry.getValue().value()));
        }
        return Collections.unmodifiableMap(domains);
    }

    private static FeatureDomain domain(String feature, SettingsNode node) throws BadValueException {
        if (!(node instanceof SettingsNode.Mapping mapping)) {
            throw BadValueException.rule(feature + " must be a mapping such as {min: 0, max: 120}", node);
        }
        Optional<BigDecimal> min = Optional.empty();
        Optional<BigDecimal> max = Optional.empty();
        List<String> values = List.of();
        Optional<Boolean> missing = Optional.empty();
        boolean integer = false;
        for (Map.Entry<String, SettingsNode.Entry> entry : mapping.entries().entrySet()) {
            String key = feature + "." + entry.getKey();
            SettingsNode value = entry.getValue().value();
            switch (entry.getKey()) {
                case "min" -> min = Optional.of(number(key, value));
                case "max" -> max = Optional.of(number(key, value));
                case "values" -> values = values(key, value);
                case "missing" -> missing = Optional.of(bool(key, value));
                case "integer" -> integer = bool(key, value);
                default -> throw unknown(feature, entry.getKey());
            }
        }
        try {
            return new FeatureDomain(min, max, values, missing, integer);
        } catch (IllegalArgumentException e) {
            throw BadValueException.message(feature + ": " + e.getMessage());
        }
    }

    private static BadValueException unknown(String feature, String key) {
        String meant = NearestWord.of(key, KEYS)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return BadValueException.message(
                feature + " may have " + String.join(", ", KEYS) + ", got the unknown key " + key + meant);
    }

    private static BigDecimal number(String key, SettingsNode node) throws BadValueException {
        String rule = key + " must be a number";
        try {
            return FeatureDomain.number(ValueTypes.scalar(node, rule));
        } catch (IllegalArgumentException e) {
            throw BadValueException.rule(rule, node);
        }
    }

    private static boolean bool(String key, SettingsNode node) throws BadValueException {
        String rule = key + " must be true or false";
        return switch (ValueTypes.scalar(node, rule)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw BadValueException.rule(rule, node);
        };
    }

    private static List<String> values(String key, SettingsNode node) throws BadValueException {
        String rule = key + " must be a list of at least one value";
        if (!(node instanceof SettingsNode.Sequence sequence)
                || sequence.items().isEmpty()) {
            throw BadValueException.rule(rule, node);
        }
        List<String> values = new ArrayList<>();
        for (SettingsNode item : sequence.items()) {
            // An empty text in quotes is a value like any other.
            values.add(ValueTypes.scalar(item, key + " must hold words or numbers"));
        }
        return values;
    }
}
