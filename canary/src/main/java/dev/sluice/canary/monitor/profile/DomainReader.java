package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.repository.FeatureDomain;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a profile says of the values of one feature.
 *
 * <p>Threading: confined to one thread; one instance reads one domain.
 */
final class DomainReader {
    private static final int VALUE_LENGTH_MAX = 1024;

    private final JsonCursor json;
    private final List<String> values = new ArrayList<>();
    private @Nullable BigDecimal min;
    private @Nullable BigDecimal max;
    private @Nullable Boolean missing;
    private boolean integer;

    DomainReader(JsonCursor json) {
        this.json = json;
    }

    FeatureDomain read() throws ProfileException {
        json.members(key -> {
            switch (key) {
                case "min" -> min = number();
                case "max" -> max = number();
                case "values" -> readValues();
                case "missing" -> missing = json.bool();
                case "integer" -> integer = json.bool();
                default -> throw json.broken("is not known; a domain has min, max, values, missing and integer");
            }
        });
        try {
            return new FeatureDomain(
                    Optional.ofNullable(min), Optional.ofNullable(max), values, Optional.ofNullable(missing), integer);
        } catch (IllegalArgumentException e) {
            throw json.broken(String.valueOf(e.getMessage()));
        }
    }

    private void readValues() throws ProfileException {
        json.elements(FeatureDomain.VALUES_MAX, () -> values.add(json.scalarText(VALUE_LENGTH_MAX)));
        if (values.isEmpty()) {
            throw json.broken("must have at least one element");
        }
    }

    private BigDecimal number() throws ProfileException {
        try {
            return FeatureDomain.number(json.numberText());
        } catch (IllegalArgumentException e) {
            throw json.wrong("a number of at most 40 digits");
        }
    }
}
