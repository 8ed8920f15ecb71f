package dev.sluice.loader.runtime.onnx;

import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The files beside a model that it refers to, each checked before it is named to anybody.
 *
 * <p>Threading: confined to one thread.
 */
final class ExternalFiles {
    /** With these, the runtime takes an offset for an address in its own memory. */
    private static final String MEMORY = "*/_ORT_";

    private final String name;
    private final Path folder;
    private final Map<String, Long> sizes = new LinkedHashMap<>();

    /**
     * @param name of the model file, quoted
     * @param folder it lies in, absolute
     */
    ExternalFiles(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /**
     * Looks up one file.
     *
     * @param location as the model names it
     * @return its size in bytes
     * @throws ModelLoadException step {@code read}, when it is not a file beside the model
     */
    long size(String location) throws ModelLoadException {
        Long known = sizes.get(location);
        if (known != null) {
            return known;
        }
        requirePlain(location);
        long size = found(location, resolved(location));
        sizes.put(location, size);
        return size;
    }

    /** Bytes of all files that were looked up. */
    long totalSize() {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Locations of all files that were looked up, as the model names them. */
    Set<String> locations() {
        return Set.copyOf(sizes.keySet());
    }

    private void requirePlain(String location) throws ModelLoadException {
        String shown = Shown.quoted(location);
        if (location.startsWith(MEMORY)) {
            throw refused("refers to memory of the process as external data: " + shown);
        }
        if (location.length() > SafetyLimits.NAME_CHARS_MAX) {
            throw refused("refers to external data by a path of " + location.length() + " characters, at most "
                    + SafetyLimits.NAME_CHARS_MAX + " are allowed: " + shown);
        }
        if (location.chars().anyMatch(c -> !Shown.printable((char) c) && !Character.isSurrogate((char) c))) {
            throw refused("refers to external data by a path with a control character: " + shown);
        }
        if (location.startsWith("/")) {
            throw refused("refers to external data by an absolute path: " + shown);
        }
        if (location.indexOf('\\') >= 0 || (location.length() > 1 && location.charAt(1) == ':')) {
            throw refused("refers to external data by a path of another system, with a backslash or a drive: " + shown);
        }
    }

    private Path resolved(String location) throws ModelLoadException {
        Path relative;
        try {
            relative = folder.getFileSystem().getPath(location);
        } catch (InvalidPathException e) {
            throw refused("refers to external data by what is not a path: " + Shown.quoted(location));
        }
        Path file = folder.resolve(relative);
        if (!file.normalize().startsWith(folder)) {
            throw refused("refers to external data outside its folder: " + Shown.quoted(location));
        }
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                throw refused("refers to external data through '..': " + Shown.quoted(location));
            }
        }
        return file;
    }

    private long found(String location, Path file) throws ModelLoadException {
        Path real;
        try {
            real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw refused("refers to external data outside its folder, through a link: " + Shown.quoted(location));
            }
            if (Files.isRegularFile(real)) {
                return Files.size(real);
            }
        } catch (IOException e) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    name + " needs its external data " + Shown.quoted(location) + ", which is not beside it",
                    e);
        }
        throw refused("needs its external data " + Shown.quoted(location) + ", which is "
                + (Files.isDirectory(real) ? "a folder" : "neither a file nor a folder"));
    }

    private ModelLoadException refused(String what) {
        return new ModelLoadException(OnnxFile.STEP, name + " " + what);
    }
}
