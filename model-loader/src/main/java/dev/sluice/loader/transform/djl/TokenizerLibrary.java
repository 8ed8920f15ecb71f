package dev.sluice.loader.transform.djl;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Utils;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.onnx.LibraryFolder;
import dev.sluice.loader.transform.TransformOpener;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The tokenizers' native library, unpacked and loaded at the first model that needs it.
 *
 * <p>Left to itself DJL tells its authors' server of the process, unpacks the library under the user's home and downloads what it
 * does not find. System properties, set here before its first class is used, take all three away.
 *
 * <p>Threading: thread-safe.
 */
final class TokenizerLibrary {
    private static final String TRACKING = "OPT_OUT_TRACKING";
    private static final String OFFLINE = "ai.djl.offline";
    private static final String LIBRARY = "RUST_LIBRARY_PATH";
    private static final String RESOURCES = "/native/lib/";

    private final Supplier<Path> cacheFolder;
    private boolean isLoaded;

    /**
     * @param cacheFolder where it is unpacked; not used where the system property {@code RUST_LIBRARY_PATH} names the file
     */
    TokenizerLibrary(Supplier<Path> cacheFolder) {
        this.cacheFolder = cacheFolder;
    }

    /**
     * Loads it, once.
     *
     * @throws ModelLoadException if it cannot be had, or DJL would phone home
     */
    synchronized void load() throws ModelLoadException {
        if (isLoaded) {
            return;
        }
        System.setProperty(TRACKING, "true");
        System.setProperty(OFFLINE, "true");
        if (!Utils.isOfflineMode() || !Boolean.parseBoolean(Utils.getEnvOrSystemProperty(TRACKING))) {
            throw new ModelLoadException(
                    TransformOpener.STEP,
                    "DJL would open connections: the environment variables DJL_OFFLINE and " + TRACKING
                            + " must be true where they are set");
        }
        try {
            if (Utils.getEnvOrSystemProperty(LIBRARY) == null) {
                System.setProperty(LIBRARY, unpack().toString());
            }
            LibUtils.checkStatus();
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new ModelLoadException(
                    TransformOpener.STEP, "the tokenizers' native library cannot be loaded: " + cause(e), e);
        }
        isLoaded = true;
    }

    private static String cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? String.valueOf(failure.getMessage()) : cause.getMessage();
    }

    private Path unpack() throws IOException {
        String platform = platform();
        String fileName = System.mapLibraryName("tokenizers");
        URL url = TokenizerLibrary.class.getResource(RESOURCES + platform + "/cpu/" + fileName);
        if (url == null) {
            throw new IOException("there is none for " + platform + " on the class path");
        }
        return new LibraryFolder(cacheFolder.get(), "tokenizers-", platform)
                .unpack(Map.of(fileName, url))
                .resolve(fileName);
    }

    /** The platform in DJL's words, for example {@code linux-x86_64}. */
    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String osName = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
        return osName + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }
}
