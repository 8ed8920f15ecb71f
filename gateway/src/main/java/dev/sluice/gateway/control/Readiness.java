package dev.sluice.gateway.control;

import java.util.function.BooleanSupplier;

/**
 * Whether the server wants requests: all models are there, and it is not on its way down.
 *
 * <p>Threading: thread-safe.
 */
public final class Readiness {
    private final BooleanSupplier modelsReady;
    private volatile boolean stopping;

    /**
     * @param modelsReady whether the models that should serve do
     */
    public Readiness(BooleanSupplier modelsReady) {
        this.modelsReady = modelsReady;
    }

    /** From now on the server is not ready, whatever its models say. */
    public void stopping() {
        stopping = true;
    }

    public boolean isReady() {
        return !stopping && modelsReady.getAsBoolean();
    }
}
