package dev.sluice.canary.inputlog;

/**
 * Why a request is recorded, and how likely that was; estimates over records weight each with 1 / probability.
 *
 * <p>Threading: immutable.
 *
 * @param reason why
 * @param probability in (0, 1]
 */
public record Selection(Reason reason, double probability) {
    /** Why a request is recorded. */
    public enum Reason {
        /** By share, from its id or its key. */
        SHARE("share"),
        /** It failed. */
        ERROR("error"),
        /** Its values were flagged. */
        FLAGGED("flagged");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** As it is written in records. */
        public String word() {
            return word;
        }
    }

    public Selection {
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be in (0, 1], got " + probability);
        }
    }
}
