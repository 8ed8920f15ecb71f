package dev.sluice.loadtest;

/**
 * What the process tells its caller.
 *
 * <p>Threading: immutable.
 */
public enum ExitCode {
    /** Measured, and every goal was met. */
    OK(0, "ok"),
    /** Measured, and a goal was missed. */
    GOAL_MISSED(1, "goal missed"),
    /** Nothing may be concluded: wrong target, or the generator itself was the bottleneck. */
    NOT_MEASURED(2, "not measured"),
    /** The command line is wrong. */
    USAGE(64, "usage");

    private final int code;
    private final String words;

    ExitCode(int code, String words) {
        this.code = code;
        this.words = words;
    }

    /** The exit status of the process. */
    public int code() {
        return code;
    }

    /** The verdict as reports spell it. */
    public String words() {
        return words;
    }
}
