package dev.sluice.canary.inputlog;

/**
 * How a channel is doing.
 *
 * <p>Threading: immutable.
 *
 * @param name of the channel
 * @param totals since the start; what is {@link WindowCounts#pending pending} is on its way
 * @param queueBytes kept alive by records on their way
 * @param queueBytesMax most of them
 * @param failedFlushes attempts to hand records over that failed
 * @param failing whether the last attempt failed
 */
public record ChannelReport(
        String name, WindowCounts totals, long queueBytes, long queueBytesMax, long failedFlushes, boolean failing) {}
