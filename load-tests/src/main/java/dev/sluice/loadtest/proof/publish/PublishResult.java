package dev.sluice.loadtest.proof.publish;

import java.util.List;
import java.util.Map;

/**
 * Everything that {@code prove publish} saw.
 *
 * <p>Threading: immutable.
 *
 * @param capacity as {@link dev.sluice.loadtest.proof.server.Capacity} has it; empty when the rate was given
 * @param ratePerSecond planned open-loop rate
 * @param cycles in order
 * @param pairs in order
 * @param sent requests of the load
 * @param failed those that the server failed, wrong answers among them
 * @param neverSent those that the generator gave up
 * @param loadErrors what was wrong with the load's requests, each once
 * @param probed requests of the probe
 * @param probeWrong those that failed or were answered wrong
 * @param probeErrors the first of what was wrong with them
 * @param serverRunning whether the server was still there at the end
 */
record PublishResult(
        Map<Integer, Double> capacity,
        double ratePerSecond,
        List<Cycle> cycles,
        List<WindowPair> pairs,
        long sent,
        long failed,
        long neverSent,
        List<String> loadErrors,
        long probed,
        long probeWrong,
        List<String> probeErrors,
        boolean serverRunning) {
    PublishResult {
        capacity = Map.copyOf(capacity);
        cycles = List.copyOf(cycles);
        pairs = List.copyOf(pairs);
        loadErrors = List.copyOf(loadErrors);
        probeErrors = List.copyOf(probeErrors);
    }

    /** Times from a good publish to its first answer, ascending; those that count once they have settled only where asked for. */
    List<Long> servedNanos(boolean settling) {
        return cycles.stream()
                .filter(cycle ->
                        cycle.kind().isGood() && cycle.served() && cycle.kind().settles() == settling)
                .map(Cycle::servedNanos)
                .sorted()
                .toList();
    }

    /** The ratios of the pairs in which the generator kept its times, ascending. */
    List<Double> ratios() {
        return pairs.stream()
                .filter(WindowPair::measured)
                .map(WindowPair::ratio)
                .sorted()
                .toList();
    }
}
