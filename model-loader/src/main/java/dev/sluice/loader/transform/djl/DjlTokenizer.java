package dev.sluice.loader.transform.djl;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.transform.text.Tokenizer;
import dev.sluice.loader.transform.text.Tokens;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer as a {@code tokenizer.json} describes it; files beside that are not looked at.
 *
 * <p>Threading: thread-safe. Guarded by {@code lock}: texts are tokenized at once, and closing waits for them, because native
 * memory that is freed under them would take the process along.
 */
final class DjlTokenizer implements Tokenizer {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final HuggingFaceTokenizer tokenizer;

    @GuardedBy("lock") private boolean closed;

    private DjlTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Reads it; {@link TokenizerLibrary#load} must have succeeded.
     *
     * @param maxLength most tokens of a text, special ones included
     * @throws IOException if the file is not readable, or not a tokenizer's
     */
    static DjlTokenizer open(Path file, int maxLength) throws IOException {
        String length = Integer.toString(maxLength);
        Map<String, String> options = Map.of(
                "addSpecialTokens", "true",
                "truncation", "true",
                "padding", "false",
                "maxLength", length,
                "modelMaxLength", length);
        try (InputStream json = Files.newInputStream(file)) {
            return new DjlTokenizer(HuggingFaceTokenizer.newInstance(json, options));
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Tokens encode(String text) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new InferenceException(ErrorCode.MODEL_NOT_READY, "the version is being unloaded");
            }
            Encoding encoding = tokenizer.encode(text);
            return new Tokens(encoding.getIds(), encoding.getTypeIds());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                tokenizer.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
