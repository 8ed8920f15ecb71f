package dev.sluice.loader.repository;

import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions that lie in one model's folder.
 *
 * <p>A version folder's name is its number: digits only, no leading zero, at most 18. A folder without any of them that holds
 * the ONNX file itself is version 1.
 *
 * <p>Threading: immutable; {@link #list} blocks on the file system.
 *
 * @param usable versions that have their file, by number
 * @param complaints why others do not, one line each
 */
record VersionFolders(TreeMap<Long, VersionFiles> usable, List<String> complaints) {
    static final String MODEL_FILE = "model.onnx";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final int NAMES_SHOWN_MAX = 5;

    /**
     * Lists them.
     *
     * @param modelFile name of the ONNX file in every version; empty: {@code model.onnx}, or the only one there
     * @param pass judges which of them are complete
     */
    static VersionFolders list(String name, Path folder, Optional<String> modelFile, ScanPass pass) throws IOException {
        VersionFolders found = new VersionFolders(new TreeMap<>(), new ArrayList<>());
        List<Path> numbered = numbered(folder);
        if (numbered.isEmpty()) {
            found.add(new ModelKey(name, 1), folder, modelFile, true, pass);
        }
        for (Path each : numbered) {
            long version = Long.parseLong(each.getFileName().toString());
            found.add(new ModelKey(name, version), each, modelFile, false, pass);
        }
        return found;
    }

    /** One version, in a folder of any name. */
    static VersionFolders only(ModelKey key, Path folder, Optional<String> modelFile, ScanPass pass)
            throws IOException {
        VersionFolders found = new VersionFolders(new TreeMap<>(), new ArrayList<>());
        found.add(key, folder, modelFile, false, pass);
        return found;
    }

    /** Folders that are named as versions are. */
    static List<Path> numbered(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> isVersion(entry) && mayBeFolder(entry))
                    .toList();
        }
    }

    /** ONNX files directly in a folder, by name. */
    static List<Path> onnxFiles(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> {
                        String file = entry.getFileName().toString();
                        return file.endsWith(".onnx") && !file.startsWith(".") && isFile(entry);
                    })
                    .sorted()
                    .toList();
        }
    }

    /** Whether it is a folder, or cannot be looked at: then whoever looks into it hears why. */
    static boolean mayBeFolder(Path entry) {
        try {
            BasicFileAttributes attributes = attributes(entry);
            return attributes != null && attributes.isDirectory();
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isFile(Path entry) {
        try {
            BasicFileAttributes attributes = attributes(entry);
            return attributes != null && attributes.isRegularFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What lies there, links followed; null where nothing does, or only a link that leads nowhere. */
    private static @Nullable BasicFileAttributes attributes(Path entry) throws IOException {
        try {
            return Files.readAttributes(entry, BasicFileAttributes.class);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        } catch (FileSystemException e) {
            if (Files.isSymbolicLink(entry)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean isVersion(Path folder) {
        return NUMBER.matcher(folder.getFileName().toString()).matches();
    }

    /**
     * @param flat whether the folder is that of a model without versions
     */
    private void add(ModelKey key, Path folder, Optional<String> modelFile, boolean flat, ScanPass pass) {
        String where = flat ? "the model's folder" : "version " + key.version();
        try {
            Path file = modelFile(folder, modelFile, where);
            if (file != null) {
                add(key, folder, file, where, pass);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            complaints.add(where + " vanished while it was read");
        } catch (IOException | UncheckedIOException e) {
            pass.failed(ModelFolder.cause(e));
            String reason = where + " cannot be read: " + ModelFolder.reason(e);
            Optional<VersionFiles> before = pass.settling().keep(key, folder);
            before.ifPresent(files -> usable.put(key.version(), files));
            complaints.add(before.isPresent() ? reason + "; it counts as it was" : reason);
        }
    }

    private void add(ModelKey key, Path folder, Path modelFile, String where, ScanPass pass) throws IOException {
        VersionTree tree = VersionTree.of(folder);
        VersionFiles files = new VersionFiles(key, folder, modelFile, tree.stamp(pass.local()));
        pass.settling()
                .judge(files, tree, pass.local())
                .ifPresentOrElse(
                        settled -> usable.put(key.version(), settled),
                        () -> complaints.add(where + " is still being written: without " + VersionManifest.FILE_NAME
                                + " it counts once its files stop changing"));
    }

    /** The ONNX file; null, with a complaint, when there is none. */
    private @Nullable Path modelFile(Path folder, Optional<String> modelFile, String where) throws IOException {
        Path named = folder.resolve(modelFile.orElse(MODEL_FILE));
        BasicFileAttributes attributes = attributes(named);
        if (attributes != null && attributes.isDirectory()) {
            // A model with its weights beside it may be a folder of that name.
            named = named.resolve(MODEL_FILE);
            attributes = attributes(named);
        }
        if (attributes != null && attributes.isRegularFile()) {
            return named;
        }
        if (modelFile.isPresent()) {
            complaints.add(where + " holds no file " + modelFile.get());
            return null;
        }
        List<Path> files = onnxFiles(folder);
        if (files.size() == 1) {
            return files.get(0);
        }
        if (files.isEmpty()) {
            complaints.add(where + " holds no ONNX file (" + MODEL_FILE + ")");
            return null;
        }
        List<String> names = files.stream()
                .limit(NAMES_SHOWN_MAX)
                .map(file -> file.getFileName().toString())
                .toList();
        String more = files.size() > NAMES_SHOWN_MAX ? ", …" : "";
        complaints.add(where + " holds " + files.size() + " ONNX files (" + String.join(", ", names) + more
                + "); name one of them model.onnx or set model-file");
        return null;
    }
}
