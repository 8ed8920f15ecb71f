package dev.sluice.loadtest;

import java.time.Duration;
import java.util.List;

/**
 * How the rate of an open loop changes over time, as the function from a number of arrivals to the time by which that
 * many are expected.
 *
 * <p>Within a stage from rate a to rate b over T seconds, a t + (b - a) t² / 2T requests have arrived by time t; that is
 * solved for t. The last stage's final rate goes on without end.
 *
 * <p>Threading: immutable.
 */
final class RateProfile {
    private final List<Stage> stages;
    /** Requests expected before stage i begins; one element more than there are stages. */
    private final double[] countBefore;
    /** Seconds before stage i begins; one element more than there are stages. */
    private final double[] secondsBefore;

    private RateProfile(List<Stage> stages) {
        this.stages = List.copyOf(stages);
        countBefore = new double[stages.size() + 1];
        secondsBefore = new double[stages.size() + 1];
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            double seconds = stage.duration().toNanos() / 1e9;
            secondsBefore[i + 1] = secondsBefore[i] + seconds;
            countBefore[i + 1] = countBefore[i] + seconds * (stage.fromPerSecond() + stage.toPerSecond()) / 2;
        }
    }

    /** One rate for ever. */
    static RateProfile steady(double perSecond) {
        return new RateProfile(List.of(new Stage(perSecond, perSecond, Duration.ofSeconds(1))));
    }

    /**
     * The stages in turn, after a warm-up at the first one's first rate.
     *
     * @param stages at least one
     * @param warmup 0 or longer
     */
    static RateProfile of(List<Stage> stages, Duration warmup) {
        double first = stages.get(0).fromPerSecond();
        if (warmup.isZero()) {
            return new RateProfile(stages);
        }
        // A ramp from 0 has no rate to warm up at; its own slow beginning does that.
        double rate = first == 0 ? 1e-6 : first;
        List<Stage> all = new java.util.ArrayList<>(List.of(new Stage(rate, rate, warmup)));
        all.addAll(stages);
        return new RateProfile(all);
    }

    /**
     * When the expected number of arrivals reaches {@code count}, in nanoseconds.
     *
     * @param count 0 or greater; a fraction is between two arrivals
     */
    double nanosAt(double count) {
        int index = 0;
        while (index < stages.size() - 1 && count >= countBefore[index + 1]) {
            index++;
        }
        Stage stage = stages.get(index);
        double from = stage.fromPerSecond();
        double rest = count - countBefore[index];
        if (index == stages.size() - 1 && count >= countBefore[index + 1]) {
            double last = Math.max(stage.toPerSecond(), 1e-6);
            return (secondsBefore[index + 1] + (count - countBefore[index + 1]) / last) * 1e9;
        }
        double slope = (stage.toPerSecond() - from) / (stage.duration().toNanos() / 1e9);
        // The root that is stable for a small slope as well as for a ramp from 0.
        double seconds =
                slope == 0 ? rest / from : 2 * rest / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * rest)));
        return rest <= 0 ? secondsBefore[index] * 1e9 : (secondsBefore[index] + seconds) * 1e9;
    }

    /** The highest rate anywhere. */
    double perSecondMax() {
        return stages.stream()
                .mapToDouble(stage -> Math.max(stage.fromPerSecond(), stage.toPerSecond()))
                .max()
                .orElse(0);
    }
}
