package dev.sluice.canary.inputlog;

/**
 * Why a record that was chosen is not in the log.
 *
 * <p>Threading: immutable.
 */
public enum DropReason {
    /** The queue had no room for it. */
    QUEUE_FULL("queue_full"),
    /** It made room in the queue for a newer one. */
    DISPLACED("displaced"),
    /** It cannot be written, for example because it exceeds the largest record. */
    UNWRITABLE("unwritable"),
    /** The receiver refused it for good. */
    REFUSED("refused"),
    /** The server stopped before it could be handed over. */
    STOPPED("stopped");

    private final String word;

    DropReason(String word) {
        this.word = word;
    }

    /** As it is written in trailers and metrics. */
    public String word() {
        return word;
    }
}
