package dev.sluice.loader.repository;

import java.nio.file.Path;

/**
 * Is told how publishing goes.
 *
 * <p>Threading: called on the publishing thread.
 */
public interface PublishListener {
    /** Somebody else publishes this model at the moment. */
    default void waiting() {}

    /** What somebody left who was killed while publishing is gone. */
    default void removed(Path staging) {}

    /**
     * Bytes were copied.
     *
     * @param path the file being copied, relative to the version's folder
     * @param done bytes of all files so far
     * @param total bytes of all files
     */
    default void copied(String path, long done, long total) {}

    /** Says nothing. */
    static PublishListener silent() {
        return new PublishListener() {};
    }
}
