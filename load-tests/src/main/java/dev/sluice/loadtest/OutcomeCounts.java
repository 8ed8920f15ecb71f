package dev.sluice.loadtest;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many requests ended in which way, by HTTP status or {@link FailureKind#code()}.
 *
 * <p>Threading: confined to its owner.
 */
final class OutcomeCounts {
    private static final int STATUS_LIMIT = 600;

    private final long[] byStatus = new long[STATUS_LIMIT];
    private final long[] byFailure = new long[FailureKind.values().length + 1];

    static boolean isOk(int outcome) {
        return outcome >= 200 && outcome < 300;
    }

    /** Counts one outcome; statuses of 600 and more, which HTTP does not define, count as 599. */
    void add(int outcome) {
        if (outcome < 0) {
            byFailure[-outcome]++;
        } else {
            byStatus[Math.min(outcome, STATUS_LIMIT - 1)]++;
        }
    }

    void addAll(OutcomeCounts other) {
        for (int i = 0; i < byStatus.length; i++) {
            byStatus[i] += other.byStatus[i];
        }
        for (int i = 0; i < byFailure.length; i++) {
            byFailure[i] += other.byFailure[i];
        }
    }

    long count(FailureKind kind) {
        return byFailure[-kind.code()];
    }

    /** Requests answered with 200 to 299. */
    long ok() {
        long sum = 0;
        for (int status = 200; status < 300; status++) {
            sum += byStatus[status];
        }
        return sum;
    }

    /** All but {@link #ok()}. */
    long failed() {
        return errors().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts above 0 of everything but success: {@code "503"}, {@code "connect"}, {@code "timeout"} and so on. */
    Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        for (int status = 0; status < STATUS_LIMIT; status++) {
            if (!isOk(status) && byStatus[status] > 0) {
                errors.put(Integer.toString(status), byStatus[status]);
            }
        }
        for (FailureKind kind : FailureKind.values()) {
            if (count(kind) > 0) {
                errors.put(kind.label(), count(kind));
            }
        }
        return errors;
    }
}
