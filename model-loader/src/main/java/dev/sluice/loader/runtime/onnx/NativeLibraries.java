package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ONNX Runtime's native libraries, unpacked once into a folder that later starts use again.
 *
 * <p>Left to itself the runtime unpacks them into a new temporary folder at every start, and leaves that behind when the
 * process is killed; {@link LibraryFolder} says how they lie here.
 *
 * <p>Threading: call {@link #prepare} once, before any class of the runtime or of this package's other parts is used.
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
        String platform = platform();
        Path folder = new LibraryFolder(cacheFolder, "onnxruntime-", platform).unpack(libraries(platform));
        System.setProperty(PROPERTY, folder.toString());
        return folder;
    }

    private static Map<String, URL> libraries(String platform) throws IOException {
        Map<String, URL> libraries = new LinkedHashMap<>();
        for (String name : NAMES) {
            String fileName = System.mapLibraryName(name).replace("jnilib", "dylib");
            URL url = NativeLibraries.class.getResource(RESOURCES + platform + "/" + fileName);
            if (url != null) {
                libraries.put(fileName, url);
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
