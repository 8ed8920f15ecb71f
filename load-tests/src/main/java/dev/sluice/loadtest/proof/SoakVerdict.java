package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.LoadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a soak proves: no request failed, and resident memory, direct memory and heap after collection stay flat.
 *
 * <p>Threading: immutable.
 *
 * @param exitCode the verdict
 * @param reasons why it is not {@link ExitCode#OK}; else empty
 * @param machineBusy whether it could not be measured because the generator was late or saturated, and for no other reason
 * @param memory resident, direct and heap
 */
record SoakVerdict(ExitCode exitCode, List<String> reasons, boolean machineBusy, List<Flatness> memory) {
    /** A generator that sends less has not soaked the server as planned. */
    private static final double RATE_SHARE_MIN = 0.9;

    SoakVerdict {
        reasons = List.copyOf(reasons);
        memory = List.copyOf(memory);
    }

    /**
     * Judges a finished run. The generator's own lateness is no reason against it, since no latency is judged.
     *
     * @param plannedPerSecond the open-loop rate
     * @param missedSamples seconds in which the server's memory could not be read
     * @param serverRunning whether the server was still there at the end
     */
    static SoakVerdict judge(
            LoadResult load,
            double plannedPerSecond,
            List<ServerSample> samples,
            int missedSamples,
            boolean serverRunning,
            Duration duration) {
        List<Flatness> memory = memory(samples, FlatnessRule.forDuration(duration));
        List<String> failed = new ArrayList<>();
        if (!serverRunning) {
            failed.add("the server ended during the run");
        }
        if (load.failedAtServer() > 0) {
            failed.add(load.failedAtServer() + " of " + load.sent() + " requests failed: " + load.errors());
        }
        for (Flatness flatness : memory) {
            if (!flatness.isFlat()) {
                failed.add(String.format(
                        Locale.ROOT,
                        "%s memory grows: %.1f MiB over the run, at most %.1f MiB is flat",
                        flatness.name(),
                        flatness.growthBytes() / (1 << 20),
                        flatness.limitBytes() / (1 << 20)));
            }
        }
        if (!failed.isEmpty()) {
            return new SoakVerdict(ExitCode.GOAL_MISSED, failed, false, memory);
        }
        List<String> tooLittle = tooLittleLoad(load, plannedPerSecond);
        List<String> tooFew = tooFewSamples(samples.size(), missedSamples, memory);
        boolean machineBusy = !tooLittle.isEmpty() && tooFew.isEmpty() && load.isMachineBusy();
        List<String> reasons = new ArrayList<>(tooLittle);
        reasons.addAll(tooFew);
        return new SoakVerdict(reasons.isEmpty() ? ExitCode.OK : ExitCode.NOT_MEASURED, reasons, machineBusy, memory);
    }

    private static List<String> tooLittleLoad(LoadResult load, double plannedPerSecond) {
        List<String> reasons = new ArrayList<>();
        double sentPerSecond = load.sent() / load.seconds();
        if (sentPerSecond < RATE_SHARE_MIN * plannedPerSecond) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the generator sent %.0f requests per second instead of %.0f",
                    sentPerSecond,
                    plannedPerSecond));
        }
        if (load.neverSent() > 0) {
            reasons.add("the generator gave up " + load.neverSent() + " requests before it sent them");
        }
        return reasons;
    }

    private static List<String> tooFewSamples(int samples, int missedSamples, List<Flatness> memory) {
        List<String> reasons = new ArrayList<>();
        if (missedSamples > samples / 10) {
            reasons.add("the server's memory could not be read in " + missedSamples + " of " + (samples + missedSamples)
                    + " seconds");
        }
        if (!memory.get(0).judged()) {
            reasons.add("there are too few samples to judge memory: " + samples);
        }
        return reasons;
    }

    private static List<Flatness> memory(List<ServerSample> samples, FlatnessRule rule) {
        double[] seconds = column(samples, ServerSample::atSeconds);
        return List.of(
                rule.judge("resident", seconds, column(samples, ServerSample::residentBytes)),
                rule.judge("direct", seconds, column(samples, ServerSample::directBytes)),
                rule.judgeHeap("heap after collection", seconds, column(samples, ServerSample::heapBytes)));
    }

    private static double[] column(List<ServerSample> samples, ToDoubleFunction<ServerSample> value) {
        return samples.stream().mapToDouble(value).toArray();
    }
}
