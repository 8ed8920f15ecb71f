package dev.sluice.loadtest.proof.speed;

/**
 * Where the ONNX file of a model comes from.
 *
 * <p>Threading: immutable.
 */
enum ModelFile {
    MLP("model-loader/src/test/models/mlp/1/model.onnx");

    private final String path;

    ModelFile(String path) {
        this.path = path;
    }

    /** In the source checkout. */
    String path() {
        return path;
    }
}
