package dev.sluice.loader.repository;

import java.util.List;

/**
 * Says which models and versions should exist; never loads one.
 *
 * <p>Threading: thread-safe; {@link #scan} blocks on the file system.
 */
public interface ModelRepository {
    /**
     * The full set as it is now, by name ascending; calling it again without a change gives an equal answer.
     *
     * @throws RepositoryException when the set cannot be told, for example because a folder is missing; that never means that
     *     its models should go
     */
    List<ModelDefinition> scan();
}
