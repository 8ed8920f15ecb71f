package dev.sluice.loader.transform;

import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the files that transforms need: in the version's folder, or else in the model's.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
public final class TransformFile {
    private TransformFile() {}

    /**
     * The file of that name, links followed.
     *
     * @param key the setting that names it, for messages
     * @param name relative to the folders; the file must lie inside the one it is found in
     * @param bytesMax most bytes that it may have
     * @throws ModelLoadException if it is not there, lies outside, or is too large
     */
    public static Path find(VersionFiles files, String key, String name, long bytesMax) throws ModelLoadException {
        try {
            for (Path folder : folders(files)) {
                Path file = folder.resolve(name);
                if (!Files.exists(file)) {
                    continue;
                }
                Path real = file.toRealPath();
                if (!real.startsWith(folder.toRealPath())) {
                    throw failed(key, name, "must lie inside the model's folder");
                }
                if (!Files.isRegularFile(real)) {
                    throw failed(key, name, "must be a file");
                }
                long size = Files.size(real);
                if (size > bytesMax) {
                    throw failed(key, name, "may have at most " + bytesMax + " bytes, got " + size);
                }
                return real;
            }
        } catch (InvalidPathException e) {
            throw failed(key, name, "must be a file name");
        } catch (IOException e) {
            throw new ModelLoadException(
                    TransformOpener.STEP, key + ": " + name + " cannot be read: " + e.getMessage(), e);
        }
        throw failed(key, name, "no such file in the version's folder or the model's");
    }

    /** A version's folder is named by its number, and lies in the model's; a flat model has only the one. */
    private static List<Path> folders(VersionFiles files) {
        Path folder = files.folder();
        Path name = folder.getFileName();
        Path parent = folder.getParent();
        boolean numbered =
                name != null && name.toString().equals(Long.toString(files.key().version()));
        return numbered && parent != null ? List.of(folder, parent) : List.of(folder);
    }

    private static ModelLoadException failed(String key, String name, String rule) {
        return new ModelLoadException(TransformOpener.STEP, key + ": " + name + ": " + rule);
    }
}
