package dev.sluice.canary.monitor.profile;

import org.jspecify.annotations.Nullable;

/**
 * A profile, or what one is to be made from, cannot be used; the message is one line that names the place in the file.
 *
 * <p>Threading: immutable.
 */
public final class ProfileException extends Exception {
    private static final long serialVersionUID = 1;

    public ProfileException(String message) {
        this(message, null);
    }

    public ProfileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
