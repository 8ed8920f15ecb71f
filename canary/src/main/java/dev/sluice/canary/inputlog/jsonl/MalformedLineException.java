package dev.sluice.canary.inputlog.jsonl;

/**
 * Bytes are no line of the input log.
 *
 * <p>Threading: immutable.
 */
final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;
    private final boolean whole;

    /**
     * @param reason what was expected, and what is there
     * @param whole true when the line is whole but of a kind that is not known here: then it is not the end of a torn file
     */
    MalformedLineException(String reason, boolean whole) {
        super(reason, null, false, false);
        this.reason = reason;
        this.whole = whole;
    }

    /** What was expected, and what is there. */
    String reason() {
        return reason;
    }

    boolean isWhole() {
        return whole;
    }
}
