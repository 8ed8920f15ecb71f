package dev.sluice.loader.lifecycle;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A borrow of one ready version, which stays open until every handle is closed. Hold it for a request, not longer: it delays
 * unloading.
 *
 * <p>Threading: thread-safe; lock-free. Closing never frees native memory on the closing thread.
 */
public final class ModelHandle implements AutoCloseable {
    private final VersionSlot slot;
    private final Consumer<VersionSlot> unload;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param slot already acquired for this handle
     * @param unload takes the slot when this was its last user
     */
    ModelHandle(VersionSlot slot, Consumer<VersionSlot> unload) {
        this.slot = slot;
        this.unload = unload;
    }

    /** What was borrowed; valid until {@link #close}. */
    public ReadyVersion version() {
        return slot.version();
    }

    /** Gives the version back; further calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && slot.release()) {
            unload.accept(slot);
        }
    }
}
