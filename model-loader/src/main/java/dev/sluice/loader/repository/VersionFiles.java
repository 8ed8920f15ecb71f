package dev.sluice.loader.repository;

import dev.sluice.model.ModelKey;
import java.nio.file.Path;

/**
 * Where one version lies.
 *
 * <p>Threading: immutable.
 *
 * @param key its identity
 * @param folder the version's folder (the model's own folder for a flat model)
 * @param modelFile the ONNX file
 * @param stamp changes when a file of the version does (its name, size or time of change); the files were the same as long as
 *     it is
 */
public record VersionFiles(ModelKey key, Path folder, Path modelFile, long stamp) {
    /** Files that never change. */
    public VersionFiles(ModelKey key, Path folder, Path modelFile) {
        this(key, folder, modelFile, 0);
    }
}
