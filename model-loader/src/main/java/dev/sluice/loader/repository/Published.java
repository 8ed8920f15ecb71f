package dev.sluice.loader.repository;

import java.nio.file.Path;
import java.util.List;

/**
 * A version that is there for everyone to see.
 *
 * <p>Threading: immutable.
 *
 * @param folder where it lies
 * @param manifest what was written beside its files
 * @param leftOut names in the source that are never part of a version, such as a manifest of its own
 */
public record Published(Path folder, VersionManifest manifest, List<String> leftOut) {
    public Published {
        leftOut = List.copyOf(leftOut);
    }
}
