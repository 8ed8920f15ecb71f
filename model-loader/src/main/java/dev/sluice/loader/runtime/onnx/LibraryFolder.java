package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * One kind of native libraries, unpacked once into a folder that later starts use again.
 *
 * <p>They lie under a name made of their content, so a new release gets a folder of its own, and a folder appears whole or not
 * at all: processes that start at once may both unpack, one of them wins. What is there is used if every file has its size and
 * nobody but this user and root could have written it; else it is replaced.
 *
 * <p>Threading: immutable; blocks on the file system.
 */
public final class LibraryFolder {
    private static final int PUBLISH_ATTEMPTS = 3;

    private final Path cacheFolder;
    private final String kind;
    private final String platform;

    /**
     * @param cacheFolder created when it is not there; one folder may serve several processes and kinds
     * @param kind what the folders' names begin with, for example {@code onnxruntime-}
     * @param platform what they go on with, for example {@code linux-x64}
     */
    public LibraryFolder(Path cacheFolder, String kind, String platform) {
        this.cacheFolder = cacheFolder.toAbsolutePath();
        this.kind = kind;
        this.platform = platform;
    }

    /**
     * The folder with these libraries, unpacked unless they are there.
     *
     * @param files where each lies, by the name that it gets
     * @throws IOException if they cannot be read or written
     */
    public Path unpack(Map<String, URL> files) throws IOException {
        List<NativeLibrary> libraries = new ArrayList<>();
        for (Map.Entry<String, URL> file : files.entrySet()) {
            libraries.add(NativeLibrary.of(file.getKey(), file.getValue()));
        }
        Path folder = cacheFolder.resolve(folderName(libraries));
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && isComplete(folder, libraries, Ownership.ofProcess(cacheFolder))) {
            return folder;
        }
        Files.createDirectories(cacheFolder);
        Path unfinished = Files.createTempDirectory(cacheFolder, NativeCache.UNFINISHED);
        try {
            for (NativeLibrary library : libraries) {
                Path file = unfinished.resolve(library.fileName());
                library.unpackTo(file);
                permit(file, "rw-r--r--");
            }
            permit(unfinished, "rwxr-xr-x");
            publish(unfinished, folder, libraries);
            NativeCache.dropOldLibraries(cacheFolder, folder, kind);
        } finally {
            NativeCache.delete(unfinished);
        }
        return folder;
    }

    private void publish(Path unfinished, Path folder, List<NativeLibrary> libraries) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                if (isComplete(folder, libraries, Ownership.by(unfinished))) {
                    return; // another process was faster
                }
                if (attempt == PUBLISH_ATTEMPTS || !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
                putAside(folder, unfinished.getFileName().toString() + "-" + attempt);
            }
        }
    }

    /** What is damaged, or not ours, goes as a whole: others may be reading it. */
    private void putAside(Path folder, String name) throws IOException {
        Path aside = cacheFolder.resolve(name.replace(NativeCache.UNFINISHED, NativeCache.DAMAGED));
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        NativeCache.delete(aside);
    }

    private static boolean isComplete(Path folder, List<NativeLibrary> libraries, Ownership ownership)
            throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !ownership.isOnlyOurs(folder)) {
            return false;
        }
        for (NativeLibrary library : libraries) {
            Path file = folder.resolve(library.fileName());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(file) != library.size()
                    || !ownership.isOnlyOurs(file)) {
                return false;
            }
        }
        return true;
    }

    /** Whatever the process's umask allows. */
    private static void permit(Path path, String permissions) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString(permissions));
        }
    }

    /** For example {@code onnxruntime-linux-x64-1b2c3d4e5f607182}. */
    private String folderName(List<NativeLibrary> libraries) {
        long hash = 0;
        for (NativeLibrary library : libraries) {
            hash = hash * 31 + library.size();
            hash = hash * 31 + library.crc();
        }
        return kind + platform + "-" + HexFormat.of().toHexDigits(hash);
    }
}
