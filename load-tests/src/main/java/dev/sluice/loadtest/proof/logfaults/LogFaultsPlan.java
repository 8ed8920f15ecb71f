package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code prove log-faults} does.
 *
 * <p>Threading: immutable.
 *
 * @param model folder of the model that is asked
 * @param faults in this order, each with a server of its own
 * @param rate requests per second of the open loop, above 0
 * @param stall length of each fault; whole seconds, 2 or more
 * @param calm measured twice before a fault, and once after it; whole seconds, 2 or more
 * @param warmup load before that
 * @param out existing folder for the evidence
 */
record LogFaultsPlan(
        ServerStart server,
        Path model,
        List<FaultKind> faults,
        double rate,
        Duration stall,
        Duration calm,
        Duration warmup,
        Path out) {
    /** From here on latencies are judged. */
    private static final Duration FULL_STALL = Duration.ofSeconds(30);
    /** Bytes of a record in a file, at most. */
    private static final long RECORD_BYTES_MAX = 1500;

    LogFaultsPlan {
        faults = List.copyOf(faults);
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate must be above 0, got " + rate);
        }
        requireSeconds("stall", stall);
        requireSeconds("calm", calm);
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("there must be a fault, got none");
        }
    }

    private static void requireSeconds(String name, Duration value) {
        if (value.toSeconds() < 2 || !value.equals(Duration.ofSeconds(value.toSeconds()))) {
            throw new IllegalArgumentException(name + " must be 2 s or more and whole seconds, got " + value);
        }
    }

    /** Whether latencies are judged, for which a control without a fault is needed. */
    boolean judgesLatency() {
        return stall.compareTo(FULL_STALL) >= 0 && faults.contains(FaultKind.NONE);
    }

    /** Bytes that all records of one fault take in files, at most. */
    long bytesMax() {
        long seconds = warmup.toSeconds() + stall.toSeconds() + 3 * calm.toSeconds() + 10;
        return Math.round(rate * seconds * RECORD_BYTES_MAX);
    }
}
