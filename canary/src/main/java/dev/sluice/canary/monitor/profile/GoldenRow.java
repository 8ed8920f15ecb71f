package dev.sluice.canary.monitor.profile;

import static java.util.Objects.requireNonNull;

/**
 * Inputs and the outputs that are expected for them.
 *
 * <p>Both are kept as the text that was written, a JSON list of V2 tensors: they are needed once at load and nowhere else. One
 * golden row is one run of the model; its first dimension may be greater than 1.
 *
 * <p>Threading: immutable.
 *
 * @param source who computed the outputs
 * @param inputs all inputs of the model
 * @param outputs one or more of its outputs
 */
public record GoldenRow(Source source, String inputs, String outputs) {
    /** Who computed the outputs of a golden row; in the file in lower case with hyphens. */
    public enum Source {
        /** The library that trained the model. */
        TRAINING("training"),
        /** The served file itself: says that it still answers as it did, not that it answers right. */
        SELF_DERIVED("self-derived");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        /** As the file writes it. */
        public String word() {
            return word;
        }
    }

    public GoldenRow {
        requireNonNull(source, "source");
    }
}
