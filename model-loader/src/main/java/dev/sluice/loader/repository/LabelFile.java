package dev.sluice.loader.repository;

import dev.sluice.settings.SettingsFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of class labels, one a line, beside a model.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
final class LabelFile {
    private LabelFile() {}

    /**
     * The labels in order; the line end of the last one is optional.
     *
     * @param name relative to {@code modelFolder} and, links followed, inside it
     * @throws IOException with a message for operators
     */
    static List<String> read(Path modelFolder, String name) throws IOException {
        try {
            Path file = modelFolder.resolve(name).toRealPath();
            if (!file.startsWith(modelFolder.toRealPath())) {
                throw new IOException("must lie inside the model's folder");
            }
            if (ModelFolder.isSpecial(file)) {
                throw new IOException(ModelFolder.NOT_SPECIAL);
            }
            List<String> labels = SettingsFile.text(file).lines().toList();
            if (labels.isEmpty()) {
                throw new IOException("must not be empty");
            }
            return labels;
        } catch (NoSuchFileException e) {
            throw new IOException("no such file in the model's folder", e);
        } catch (CharacterCodingException e) {
            throw new IOException("must be UTF-8 text", e);
        } catch (InvalidPathException e) {
            throw new IOException("must be a file name", e);
        }
    }
}
