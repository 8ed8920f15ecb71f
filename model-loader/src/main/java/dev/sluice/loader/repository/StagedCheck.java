package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.nio.file.Path;

/**
 * Has the last word on a version before it is published.
 *
 * <p>Threading: called on the publishing thread; may block.
 */
@FunctionalInterface
public interface StagedCheck {
    /**
     * Checks a version that is complete but lies under another name.
     *
     * @throws ModelLoadException with the step and the reason, when it must not be published
     */
    void check(ModelKey key, Path staged) throws ModelLoadException;
}
