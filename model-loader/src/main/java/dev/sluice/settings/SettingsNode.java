package dev.sluice.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value as it was written, before anyone asked for a type.
 *
 * <p>Threading: immutable.
 */
public sealed interface SettingsNode {
    /** Where the value begins. */
    Place place();

    /** The value in a few words for a message: its text when it is one word, else what kind of thing it is. */
    String describe();

    /**
     * One word, number or text.
     *
     * @param text without quotes
     * @param quoted whether quotes make it text for sure
     */
    record Scalar(Place place, String text, boolean quoted) implements SettingsNode {
        private static final int SHOWN_MAX = 80;

        /** True for a key without a value, {@code ~} and {@code null}. */
        public boolean isNothing() {
            return !quoted && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }

        @Override
        public String describe() {
            if (isNothing()) {
                return "nothing";
            }
            if (text.isEmpty()) {
                return "an empty text";
            }
            StringBuilder shown = new StringBuilder();
            text.codePoints()
                    .limit(SHOWN_MAX)
                    .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
            return text.length() > SHOWN_MAX ? shown + "…" : shown.toString();
        }
    }

    /** Values in order. */
    record Sequence(Place place, List<SettingsNode> items) implements SettingsNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /**
     * Values by key.
     *
     * @param entries in the order written
     */
    record Mapping(Place place, Map<String, Entry> entries) implements SettingsNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** Nothing was written. */
        public static Mapping empty(Place place) {
            return new Mapping(place, Map.of());
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /**
     * One key of a mapping.
     *
     * @param place where the key stands
     */
    record Entry(Place place, SettingsNode value) {}
}
