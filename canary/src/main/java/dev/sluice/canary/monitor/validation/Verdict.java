package dev.sluice.canary.monitor.validation;

import java.util.List;

/**
 * What came of looking at one request.
 *
 * <p>Threading: immutable.
 *
 * @param flags what stands in the request's record, such as {@code out_of_range:age}; empty where nothing was found, or findings
 *     are only counted
 * @param refusal why the request must not run, for its client; empty when it may
 */
public record Verdict(List<String> flags, String refusal) {
    /** Most flags of one request. */
    public static final int FLAGS_MAX = 64;

    static final Verdict CLEAN = new Verdict(List.of(), "");

    public Verdict {
        flags = List.copyOf(flags);
    }

    /** Whether the request must not run. */
    public boolean isRefused() {
        return !refusal.isEmpty();
    }
}
