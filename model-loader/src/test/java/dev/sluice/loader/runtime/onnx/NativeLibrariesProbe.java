package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that unpacks the libraries, starts the runtime and prints the folder.
 *
 * <p>Threading: one main thread.
 */
final class NativeLibrariesProbe {
    private NativeLibrariesProbe() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = new NativeLibraries(Path.of(arguments[0])).prepare();
        if (OrtEnvironment.getEnvironment().getVersion().isEmpty()) {
            throw new IllegalStateException("the runtime has no version");
        }
        System.out.println(folder);
    }
}
