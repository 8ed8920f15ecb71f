package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.proof.speed.models.BoostedTrees;
import dev.sluice.loadtest.proof.speed.models.ImageModel;
import dev.sluice.loadtest.proof.speed.models.PooledModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The ONNX files of the models: some lie in the source checkout, others are written for the run.
 *
 * <p>Threading: immutable.
 */
enum ModelFile {
    MLP("model-loader/src/test/models/mlp/1/model.onnx"),
    CNN("model-loader/src/test/models/cnn/1/model.onnx"),
    MINILM("examples/models/minilm/1/model.onnx"),
    MINILM_QUANTISED("gateway/target/test-models/minilm-q/1/model.onnx"),
    MINILM_POOLED(""),
    TREES(""),
    IMAGE("");

    private final String path;

    ModelFile(String path) {
        this.path = path;
    }

    /** In the source checkout; empty when the file is written for the run. */
    String path() {
        return path;
    }

    /**
     * Writes the file of one that has no path.
     *
     * @param encoder the file of {@link #MINILM}
     */
    void write(Path target, Path encoder, long seed) throws IOException {
        switch (this) {
            case MINILM_POOLED -> PooledModel.write(encoder, target);
            case TREES -> Files.write(target, BoostedTrees.model(seed));
            case IMAGE -> Files.write(target, ImageModel.model(seed));
            case MLP, CNN, MINILM, MINILM_QUANTISED -> throw new IllegalArgumentException(this + " has a file already");
        }
    }
}
