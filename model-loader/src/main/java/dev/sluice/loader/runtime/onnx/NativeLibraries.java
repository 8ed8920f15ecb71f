package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * ONNX Runtime's native libraries, unpacked once into a folder that later starts use again.
 *
 * <p>Left to itself the runtime unpacks them into a new temporary folder at every start, and leaves that behind when the
 * process is killed. Here they lie under a name made of their content, so a new release gets a folder of its own, and a
 * folder appears whole or not at all: processes that start at once may both unpack, one of them wins. The folder must not be
 * writable for users that are not trusted to run code in this process.
 *
 * <p>Threading: call {@link #prepare} once, from the main thread, before any class of the runtime or of this package is used.
 */
public final class NativeLibraries {
    /** System property in which the runtime looks for the folder. */
    static final String PROPERTY = "onnxruntime.native.path";

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
        List<Library> libraries = libraries(platform());
        Path folder = cacheFolder.resolve(folderName(libraries));
        if (isComplete(folder, libraries)) {
            return folder;
        }
        Files.createDirectories(cacheFolder);
        Path unfinished = Files.createTempDirectory(cacheFolder, ".unpacking-");
        try {
            for (Library library : libraries) {
                try (InputStream content = library.url().openStream()) {
                    Files.copy(content, unfinished.resolve(library.fileName()));
                }
            }
            move(unfinished, folder, libraries);
        } finally {
            delete(unfinished);
        }
        return folder;
    }

    private void move(Path unfinished, Path folder, List<Library> libraries) throws IOException {
        try {
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (isComplete(folder, libraries)) {
                return; // another process was faster
            }
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // Somebody cleaned up half of it: put it aside whole, then try once more.
            Path damaged = Files.createTempDirectory(cacheFolder, ".damaged-");
            Files.move(folder, damaged.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
            delete(damaged);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static boolean isComplete(Path folder, List<Library> libraries) throws IOException {
        for (Library library : libraries) {
            Path file = folder.resolve(library.fileName());
            if (!Files.isRegularFile(file) || Files.size(file) != library.size()) {
                return false;
            }
        }
        return true;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = new ArrayList<>(walk.toList());
        }
        for (int i = files.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(files.get(i));
        }
    }

    /** For example {@code onnxruntime-linux-x64-1b2c3d4e5f607182}. */
    private static String folderName(List<Library> libraries) {
        long hash = 0;
        for (Library library : libraries) {
            hash = hash * 31 + library.size();
            hash = hash * 31 + library.crc();
        }
        return String.format(Locale.ROOT, "onnxruntime-%s-%016x", platform(), hash);
    }

    private static List<Library> libraries(String platform) throws IOException {
        List<Library> libraries = new ArrayList<>();
        for (String name : NAMES) {
            String fileName = System.mapLibraryName(name).replace("jnilib", "dylib");
            URL url = NativeLibraries.class.getResource(RESOURCES + platform + "/" + fileName);
            if (url != null) {
                libraries.add(Library.of(fileName, url));
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

    /**
     * One library on the class path.
     *
     * @param crc CRC-32 of the content, which a jar's directory knows without reading it
     */
    private record Library(String fileName, URL url, long size, long crc) {
        static Library of(String fileName, URL url) throws IOException {
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                return new Library(
                        fileName,
                        url,
                        jar.getJarEntry().getSize(),
                        jar.getJarEntry().getCrc());
            }
            CRC32 crc = new CRC32();
            long size = 0;
            byte[] buffer = new byte[1 << 16];
            try (InputStream content = connection.getInputStream()) {
                for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                    crc.update(buffer, 0, read);
                    size += read;
                }
            }
            return new Library(fileName, url, size, crc.getValue());
        }
    }
}
