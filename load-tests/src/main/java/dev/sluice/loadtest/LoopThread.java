package dev.sluice.loadtest;

/**
 * The thread of an event loop, as Java and as Linux number it.
 *
 * <p>Threading: immutable.
 *
 * @param javaId as {@link Thread#getId()}
 * @param nativeId the Linux thread id, or -1 where there is none
 */
record LoopThread(long javaId, long nativeId) {}
