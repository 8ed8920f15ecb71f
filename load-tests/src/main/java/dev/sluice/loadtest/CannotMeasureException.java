package dev.sluice.loadtest;

/**
 * A run that would say nothing: the target is missing, not ready, not the one that was meant, or refuses the request.
 *
 * <p>Threading: immutable; carries no stack trace, its message is for the operator.
 */
public final class CannotMeasureException extends Exception {
    /**
     * The line that a proof prints when, by the evidence, nothing but the generator or its machine kept it from measuring: it
     * was late or saturated, and the server failed nothing. Scripts look for it.
     */
    public static final String MACHINE_BUSY = "not measured: machine busy";

    private final boolean machineBusy;

    public CannotMeasureException(String message) {
        this(message, false);
    }

    /** @param machineBusy whether the generator was late or saturated, and nothing else is to blame */
    public CannotMeasureException(String message, boolean machineBusy) {
        super(message, null, false, false);
        this.machineBusy = machineBusy;
    }

    /** True when nothing but the generator, or the machine it runs on, is to blame. */
    public boolean isMachineBusy() {
        return machineBusy;
    }
}
