package dev.sluice.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Versions that the build wrote down.
 *
 * <p>Threading: immutable.
 */
public final class BuildVersion {
    private final Properties properties = new Properties();

    public BuildVersion() {
        try (InputStream in = BuildVersion.class.getResourceAsStream("/dev/sluice/gateway/build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties cannot be read", e);
        }
    }

    /** Sluice's own version. */
    public String sluice() {
        return properties.getProperty("version", "unknown");
    }

    /** The version of ONNX Runtime. */
    public String onnxRuntime() {
        return properties.getProperty("onnxruntime", "unknown");
    }

    /** All that a bug report should name. */
    String line() {
        return "sluice " + sluice() + " (ONNX Runtime " + onnxRuntime() + ", Java "
                + Runtime.version().feature() + ")";
    }
}
