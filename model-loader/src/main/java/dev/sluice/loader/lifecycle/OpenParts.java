package dev.sluice.loader.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.transform.VersionTransform;
import org.jspecify.annotations.Nullable;

/**
 * What one open version holds outside the heap, and the memory that is reserved for it.
 *
 * <p>Threading: filled by one load thread; closed by one thread afterwards.
 */
final class OpenParts implements AutoCloseable {
    private final ResourceBudget.Reservation reservation;
    private @Nullable ServableModel model;
    private @Nullable VersionTransform transform;

    /**
     * @param reservation given back when this is closed
     */
    OpenParts(ResourceBudget.Reservation reservation) {
        this.reservation = reservation;
    }

    ServableModel opened(ServableModel opened) {
        model = opened;
        reservation.moveTo(opened.device());
        return opened;
    }

    @Nullable VersionTransform opened(@Nullable VersionTransform opened) {
        transform = opened;
        return opened;
    }

    /** Bytes that are reserved. */
    long bytes() {
        return reservation.bytes();
    }

    /** The version is on its way out. */
    void leave() {
        reservation.leave();
    }

    /** The model; only once it is open. */
    ServableModel model() {
        return requireNonNull(model, "model");
    }

    /** Frees everything, then the reservation, however the rest went. */
    @Override
    public void close() {
        try {
            if (transform != null) {
                transform.close();
            }
        } finally {
            try {
                if (model != null) {
                    model.close();
                }
            } finally {
                reservation.close();
            }
        }
    }
}
