package dev.sluice.loadtest.proof.speed;

/**
 * A model in the repository that a group's gateway serves.
 *
 * <p>Threading: immutable.
 */
enum BenchModel {
    /** 16→64→64→3 with softmax. */
    MLP("mlp", ModelFile.MLP, ""),
    /** The same, never run inline, where the gateway has that setting. */
    MLP_QUEUED("mlp-queued", ModelFile.MLP, "batching: {execution: queued}\n"),
    /** The same without batching. */
    MLP_ALONE("mlp-alone", ModelFile.MLP, "batching: {enabled: false}\n"),
    CNN("cnn", ModelFile.CNN, ""),
    TREES("trees", ModelFile.TREES, ""),
    IMAGE("image", ModelFile.IMAGE, ""),
    /** A sentence encoder in fp32, with the mean over its tokens as its output. */
    MINILM("minilm", ModelFile.MINILM_POOLED, ""),
    /** The same without batching. */
    MINILM_ALONE("minilm-alone", ModelFile.MINILM_POOLED, "batching: {enabled: false}\n"),
    /** The encoder dynamically quantised, as it is published. */
    MINILM_QUANTISED("minilm-quantised", ModelFile.MINILM_QUANTISED, "");

    private final String id;
    private final ModelFile file;
    private final String settings;

    BenchModel(String id, ModelFile file, String settings) {
        this.id = id;
        this.file = file;
        this.settings = settings;
    }

    /** Its name on the server. */
    String id() {
        return id;
    }

    ModelFile file() {
        return file;
    }

    /** Content of its {@code model.yaml}; empty for none. */
    String settings() {
        return settings;
    }
}
