package dev.sluice.canary.inputlog.jsonl;

/**
 * When files are forced to the device, so that they survive a loss of power. A crash of the process alone loses nothing that was
 * flushed, whatever this says.
 *
 * <p>Threading: immutable.
 */
public enum Sync {
    /** Whenever the operating system likes. */
    NEVER,
    /** When a segment ends. */
    ROTATION,
    /** At each flush. */
    FLUSH
}
