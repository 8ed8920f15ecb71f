package dev.sluice.model;

/**
 * Which version of a model a request asks for.
 *
 * <p>Threading: immutable.
 */
public sealed interface VersionSelector {
    /** No version was named: the model's route decides; the newest ready version where there is no route. */
    record Routed() implements VersionSelector {
        @Override
        public String toString() {
            return "routed";
        }
    }

    /**
     * Exactly this version.
     *
     * @param version 1 or greater
     */
    record Exact(long version) implements VersionSelector {
        @Override
        public String toString() {
            return Long.toString(version);
        }
    }

    /**
     * The version that carries this label.
     *
     * @param label for example {@code stable}; not empty, not a number
     */
    record Label(String label) implements VersionSelector {
        @Override
        public String toString() {
            return label;
        }
    }

    /** Reads a path segment or parameter: digits are a version, anything else is a label; empty means routed. */
    static VersionSelector parse(String text) {
        if (text.isEmpty()) {
            return new Routed();
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return new Label(text);
            }
        }
        // A number beyond 18 digits names no version; as a label it leads to the same "not found".
        return text.length() > 18 ? new Label(text) : new Exact(Long.parseLong(text));
    }
}
