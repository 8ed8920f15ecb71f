package dev.sluice.loader.lifecycle;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ModelKey;

/**
 * A version as it should be loaded; the same files under another configuration are another target.
 *
 * <p>Threading: immutable.
 */
record VersionTarget(VersionFiles files, ModelConfig config) {
    ModelKey key() {
        return files.key();
    }
}
