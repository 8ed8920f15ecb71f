package dev.sluice.loader.transform.djl;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.TransformFile;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.loader.transform.image.DecodeBudget;
import dev.sluice.loader.transform.image.ImageTransform;
import dev.sluice.loader.transform.text.TextTransform;
import dev.sluice.loader.transform.text.TokenizerFile;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Opens transforms of text, with DJL's tokenizers, and of images.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
public final class DjlTransformOpener implements TransformOpener {
    /** Those of models of a hundred languages have 20 MB. */
    private static final long TOKENIZER_BYTES_MAX = 256L << 20;

    private static final long LABELS_BYTES_MAX = 16L << 20;

    private final TensorPool pool;
    private final TokenizerLibrary library;
    private final DecodeBudget images;

    /**
     * @param pool memory of what the transforms make
     * @param cacheFolder where the tokenizers' native library is unpacked when the first model needs it, asked for then
     * @param images heap for images while they are decoded
     */
    public DjlTransformOpener(TensorPool pool, Supplier<Path> cacheFolder, DecodeBudget images) {
        this.pool = pool;
        this.library = new TokenizerLibrary(cacheFolder);
        this.images = images;
    }

    @Override
    public VersionTransform open(VersionFiles files, TransformConfig config, ModelSignature model)
            throws ModelLoadException {
        if (config instanceof TransformConfig.Text text) {
            return openText(files, text, model);
        }
        TransformConfig.Image image = (TransformConfig.Image) config;
        return new ImageTransform(image, model, labels(files, image), pool, images);
    }

    private VersionTransform openText(VersionFiles files, TransformConfig.Text config, ModelSignature model)
            throws ModelLoadException {
        Path file = TransformFile.find(files, "text.tokenizer", config.tokenizer(), TOKENIZER_BYTES_MAX);
        library.load();
        DjlTokenizer tokenizer = null;
        try {
            TokenizerFile facts = TokenizerFile.read(file);
            int maxLength = TextTransform.maxLength(config, model, facts);
            tokenizer = DjlTokenizer.open(file, maxLength);
            tryOut(tokenizer, maxLength);
            VersionTransform transform = new TextTransform(config, model, facts.padId(), pool, tokenizer);
            tokenizer = null;
            return transform;
        } catch (IOException e) {
            throw new ModelLoadException(
                    STEP, "text.tokenizer: " + config.tokenizer() + " is not a tokenizer: " + e.getMessage(), e);
        } finally {
            if (tokenizer != null) {
                tokenizer.close();
            }
        }
    }

    private static List<String> labels(VersionFiles files, TransformConfig.Image config) throws ModelLoadException {
        if (config.labels().isEmpty()) {
            return List.of();
        }
        String name = config.labels().get();
        Path file = TransformFile.find(files, "image.labels", name, LABELS_BYTES_MAX);
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ModelLoadException(STEP, "image.labels: " + name + " must be UTF-8 text, one label a line", e);
        }
    }

    /** What does not work for this text works for none; the native library may throw anything. */
    private static void tryOut(DjlTokenizer tokenizer, int maxLength) throws ModelLoadException {
        int length;
        try {
            length = tokenizer.encode("a text").length();
        } catch (RuntimeException e) {
            throw new ModelLoadException(
                    STEP, "the tokenizer fails with text.max-length " + maxLength + ": " + e.getMessage(), e);
        }
        if (length > maxLength) {
            throw new ModelLoadException(
                    STEP, "text.max-length " + maxLength + " leaves no room for the tokenizer's special tokens");
        }
    }
}
