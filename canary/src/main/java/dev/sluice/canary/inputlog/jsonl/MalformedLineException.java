package dev.sluice.canary.inputlog.jsonl;

/**
 * Bytes are no line of the input log.
 *
 * <p>Threading: immutable.
 */
final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean whole;

    /**
     * @param whole true when the line is whole but of a kind that is not known here: then it is not the end of a torn file
     */
    MalformedLineException(String message, boolean whole) {
        super(message, null, false, false);
        this.whole = whole;
    }

    boolean isWhole() {
        return whole;
    }
}
