package dev.sluice.gateway.cli;

/**
 * What the process tells the shell; the same for every command.
 *
 * <p>Threading: immutable.
 *
 * @see "sysexits.h for 64 and 78"
 */
public final class ExitCode {
    public static final int OK = 0;
    /** Something was found, or a goal was missed. */
    public static final int FINDING = 1;
    /** There was not enough to decide, or it could not be measured. */
    public static final int INSUFFICIENT = 2;
    /** The command line is wrong. */
    public static final int USAGE = 64;
    /** The configuration is wrong. */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}
}
