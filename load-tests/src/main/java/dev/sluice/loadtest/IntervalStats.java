package dev.sluice.loadtest;

import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was counted during one span of time on one event loop, or the sum of several such spans.
 *
 * <p>Threading: filled by one owner; once handed over as a closed interval, the receiver owns it.
 */
final class IntervalStats {
    /** One for each target of the plan. */
    private final List<Tally> targets;
    /** How late the generator itself was: from the intended time to the attempt to send. */
    private final Histogram lateness = Tally.histogram();
    /** The first thing found wrong in an answer, or null. */
    private @Nullable String contentComplaint;
    /** Requests without an outcome when the interval was closed. */
    private int outstanding;
    /** Whether arrivals of the plan were still to come then. */
    private boolean pacing;

    /** @param targetCount 1 or greater */
    IntervalStats(int targetCount) {
        targets = Stream.generate(Tally::new).limit(targetCount).toList();
    }

    Tally target(int index) {
        return targets.get(index);
    }

    void recordLateness(long nanos) {
        lateness.recordValue(Tally.clamp(nanos));
    }

    void noteContent(String complaint) {
        if (contentComplaint == null) {
            contentComplaint = complaint;
        }
    }

    void close(int outstandingNow, boolean pacingNow) {
        outstanding = outstandingNow;
        pacing = pacingNow;
    }

    /** Adds what {@code other} counted; {@link #outstanding()} becomes the sum too. */
    void add(IntervalStats other) {
        for (int i = 0; i < targets.size(); i++) {
            targets.get(i).add(other.targets.get(i));
        }
        lateness.add(other.lateness);
        if (other.contentComplaint != null) {
            noteContent(other.contentComplaint);
        }
        outstanding += other.outstanding;
        pacing |= other.pacing;
    }

    /** All targets together. */
    Tally all() {
        if (targets.size() == 1) {
            return targets.get(0);
        }
        Tally sum = new Tally();
        targets.forEach(sum::add);
        return sum;
    }

    LatencyDistribution lateness() {
        return LatencyDistribution.of(lateness);
    }

    @Nullable String contentComplaint() {
        return contentComplaint;
    }

    int outstanding() {
        return outstanding;
    }

    /** True when nothing was left to send or to wait for when the interval was closed. */
    boolean isSettled() {
        return outstanding == 0 && !pacing;
    }
}
