package dev.sluice.loader.transform;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelSignature;

/**
 * Opens what {@code transform} in a model's configuration asks for.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
public interface TransformOpener {
    /** The step's name: what a version is quarantined at. */
    String STEP = "transform";

    /**
     * Opens the transform of one version.
     *
     * @param model the signature of the model itself
     * @throws ModelLoadException with {@link #STEP} when files are missing or do not fit the model
     */
    VersionTransform open(VersionFiles files, TransformConfig config, ModelSignature model) throws ModelLoadException;

    /** Opens nothing. */
    static TransformOpener none() {
        return (files, config, model) -> {
            throw new ModelLoadException(STEP, "transforms are not offered here");
        };
    }
}
