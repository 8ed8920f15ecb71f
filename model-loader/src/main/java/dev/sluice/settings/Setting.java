package dev.sluice.settings;

/**
 * One key that operators may set.
 *
 * <p>Threading: immutable.
 *
 * @param key dotted path in kebab-case, for example {@code http.port}
 * @param type what it may hold
 * @param fallback its value where it is not set
 * @param meaning one line for the documentation
 */
public record Setting<T>(String key, ValueType<T> type, T fallback, String meaning) {
    /** The default as it stands in the documentation. */
    public String fallbackText() {
        return type.show(fallback);
    }

    /** A row of the documentation's table: key, what it may hold, default, meaning. */
    public String documentationRow() {
        return "| `" + key + "` | " + type.expected() + " | " + fallbackText() + " | " + meaning + " |";
    }
}
