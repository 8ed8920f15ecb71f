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
 */
public record VersionFiles(ModelKey key, Path folder, Path modelFile) {}
