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
import java.util.Locale;

/**
 * ONNX Runtime's native libraries, unpacked once into a folder that later starts use again.
 *
 * <p>Left to itself the runtime unpacks them into a new temporary folder at every start, and leaves that behind when the
 * process is killed. Here they lie under a name made of their content, so a new release gets a folder of its own, and a
 * folder appears whole or not at all: processes that start at once may both unpack, one of them wins. What is there is used
 * if every file has its size and nobody but this user and root could have written it; else it is replaced.
 *
 * <p>Threading: call {@link #prepare} once, before any class of the runtime or of this package's other parts is used.
 */
public final class NativeLibraries {
    /** System property in which the runtime looks for the folder. */
    static final String PROPERTY = "onnxruntime.native.path";

    private static final int PUBLISH_ATTEMPTS = 3;
    private static final String RESOURCES = "/ai/onnxruntime/native/";

    /** The runtime, its Java binding, and the providers that the build with GPU support has. */
    private static final List<String> NAMES = List.of(
            "onnxruntime",
            "onnxruntime4j_jni",
            "onnxruntime_providers_shared",
            "onnxruntime_providers_cuda",
            "onnxruntime_providers_tensorrt",
            "onnxruntime_providers_dnnl",
            "onnxruntime_providers_openvino");

    private final Path cacheFolder;

    /**
     * @param cacheFolder created when it is not there; one folder may serve several processes
     */
    public NativeLibraries(Path cacheFolder) {
        this.cacheFolder = cacheFolder.toAbsolutePath();
    }

    /** Whether the operator has them unpacked already, and has said where by the system property. */
    public static boolean areGiven() {
        return System.getProperty(PROPERTY) != null;
    }

    /**
     * Unpacks the libraries unless they are there, and tells the runtime where. Does nothing where the operator has set the
     * system property {@code onnxruntime.native.path} already.
     *
     * @return the folder with the libraries
     * @throws IOException if the class path has none for this platform, or they cannot be written
     */
    public Path prepare() throws IOException {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        Path folder = unpack();
        System.setProperty(PROPERTY, folder.toString());
        return folder;
    }

    private Path unpack() throws IOException {
        String platform = platform();
        List<NativeLibrary> libraries = libraries(platform);
        Path folder = cacheFolder.resolve(folderName(platform, libraries));
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
            NativeCache.dropOldLibraries(cacheFolder, folder);
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
    private static String folderName(String platform, List<NativeLibrary> libraries) {
        long hash = 0;
        for (NativeLibrary library : libraries) {
            hash = hash * 31 + library.size();
            hash = hash * 31 + library.crc();
        }
        return "onnxruntime-" + platform + "-" + HexFormat.of().toHexDigits(hash);
    }

    private static List<NativeLibrary> libraries(String platform) throws IOException {
        List<NativeLibrary> libraries = new ArrayList<>();
        for (String name : NAMES) {
            String fileName = System.mapLibraryName(name).replace("jnilib", "dylib");
            URL url = NativeLibraries.class.getResource(RESOURCES + platform + "/" + fileName);
            if (url != null) {
                libraries.add(NativeLibrary.of(fileName, url));
            }
        }
        if (libraries.isEmpty()) {
            throw new IOException("ONNX Runtime has no native libraries for " + platform + " on the class path");
        }
        return libraries;
    }

    /** The platform in ONNX Runtime's words, for example {@code linux-x64}. */
    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String osName = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
        String archName = arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
        return osName + "-" + archName;
    }
}
