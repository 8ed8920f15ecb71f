package dev.sluice.loader.runtime;

import dev.sluice.model.ModelKey;
import java.nio.file.Path;

/**
 * Opens model files of one format.
 *
 * <p>Threading: thread-safe. Blocking; call on a load thread, never on an event loop.
 */
public interface ModelLoader {
    /**
     * Upper bound in bytes of the memory that this file will take on its device once loaded.
     *
     * @throws ModelLoadException if the file cannot be read
     */
    long estimateBytes(Path modelFile) throws ModelLoadException;

    /**
     * Opens a version.
     *
     * @throws ModelLoadException with the step and a reason that an operator can act on
     */
    ServableModel load(ModelKey key, Path modelFile, RuntimeOptions options) throws ModelLoadException;
}
