package dev.sluice.loader.repository;

import java.util.List;

/**
 * Says which models and versions should exist; never loads one.
 *
 * <p>Threading: thread-safe; {@link #scan} blocks on the file system.
 */
public interface ModelRepository {
    /** The full set as it is now, by name ascending; calling it again without a change gives an equal answer. */
    List<ModelDefinition> scan();
}
