package dev.sluice.canary.inputlog;

/**
 * What a channel does with records while its queue is full. Requests never wait for it.
 *
 * <p>Threading: immutable.
 */
public enum WhenFull {
    /** The record that comes is dropped. */
    DROP_NEWEST,
    /** The records that have waited longest are dropped. */
    DROP_OLDEST,
    /** Of the record that comes only digests of its tensors are kept; it is dropped when even these have no room. */
    SHED_TO_DIGEST
}
