package dev.sluice.loadtest;

import java.util.Map;

/**
 * What became of a group of requests: of all, of a target's, or of a stage's.
 *
 * <p>Threading: immutable.
 *
 * @param name of the group: {@code all}, the target's name, or the stage's rate and span
 * @param sent requests whose intended time fell in the span; each has exactly one outcome
 * @param ok answers 200 to 299
 * @param errors other outcomes by HTTP status or kind (connect, timeout, reset, unsent, content, unconnected); sums up to
 *     {@code sent - ok}
 * @param seconds length of the span, above 0
 * @param okPerSecond successful answers that came within the span, whenever their requests were due, per second
 * @param latency from the intended send time to the end of the answer; includes timeouts, no other failures
 */
public record Totals(
        String name,
        long sent,
        long ok,
        Map<String, Long> errors,
        double seconds,
        double okPerSecond,
        LatencyDistribution latency) {
    public Totals {
        errors = Map.copyOf(errors);
    }

    /** Requests with any outcome but success. */
    public long failed() {
        return sent - ok;
    }

    /** Failed requests that waited for a free connection for most of their time or all of it. */
    public long unconnected() {
        return errors.getOrDefault(FailureKind.UNCONNECTED.label(), 0L);
    }

    /** Failed requests that the server cannot be blamed for: those, and what the generator gave up before it sent it. */
    public long neverSent() {
        return errors.getOrDefault(FailureKind.UNSENT.label(), 0L) + unconnected();
    }
}
