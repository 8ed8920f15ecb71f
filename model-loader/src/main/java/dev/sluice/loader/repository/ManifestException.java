package dev.sluice.loader.repository;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code manifest.json} that is there but cannot be understood: the place in it and the rule that it breaks.
 *
 * <p>Threading: immutable.
 */
public final class ManifestException extends IOException {
    private static final long serialVersionUID = 1;

    ManifestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
