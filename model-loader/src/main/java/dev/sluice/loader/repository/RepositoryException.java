package dev.sluice.loader.repository;

import org.jspecify.annotations.Nullable;

/**
 * A repository folder cannot be listed, so nothing can be said about its models.
 *
 * <p>Threading: immutable.
 */
public final class RepositoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * The folder and the reason.
     *
     * @param message one line for operators
     */
    public RepositoryException(String message) {
        super(message);
    }

    /**
     * The same with what the file system said.
     *
     * @param message one line for operators
     */
    RepositoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
