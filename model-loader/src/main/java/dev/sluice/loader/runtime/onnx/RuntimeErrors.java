package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtException;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the runtime's exceptions mean.
 *
 * <p>Threading: stateless.
 */
final class RuntimeErrors {
    /* The runtime has error codes, but uses two of them for nearly everything; the text is all there is to go by. */
    private static final List<String> OUT_OF_MEMORY = List.of(
            "out of memory", "failed to allocate memory", "bad_alloc", "alloc_failed", "cuda failure 2:", "bfcarena");

    private static final List<String> OUTPUT_SHAPE =
            List.of("shape", "invalid dimensions for output", "invalid rank for output");

    private static final Pattern CODE = Pattern.compile("^Error code - \\w+ - message: ");
    private static final Pattern FILE = Pattern.compile("^Load model from .*? failed: ?");
    private static final Pattern SOURCE_LINE = Pattern.compile("/\\S*onnxruntime/\\S+:\\d+ [^(]*\\(.*?\\)( const)? ");

    private RuntimeErrors() {}

    /** The failure of one run; the client's message says no more than which model failed. */
    static InferenceException ofRun(ModelKey key, OrtException cause) {
        return isOutOfMemory(cause)
                ? new InferenceException(
                        ErrorCode.DEVICE_OUT_OF_MEMORY,
                        "model " + key + ": the device has no memory for this run",
                        cause)
                : new InferenceException(ErrorCode.MODEL_FAILED, "model " + key + " failed while running", cause);
    }

    /** True when the cause may be that memory allocated ahead for an output does not fit what the model computed. */
    static boolean isAboutShape(OrtException e) {
        return contains(e, OUTPUT_SHAPE);
    }

    static boolean isOutOfMemory(OrtException e) {
        return contains(e, OUT_OF_MEMORY);
    }

    /** True when the text speaks of CUDA or what comes with it. */
    static boolean isAboutCuda(OrtException e) {
        return contains(e, List.of("cuda", "cudnn", "cublas", "tensorrt"));
    }

    /** The runtime's text on one line, without its error code, the file's path and its own source lines. */
    static String oneLine(OrtException e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
        text = CODE.matcher(text).replaceFirst("");
        text = FILE.matcher(text).replaceFirst("");
        return SOURCE_LINE.matcher(text).replaceAll("").strip();
    }

    private static boolean contains(OrtException e, List<String> signs) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return signs.stream().anyMatch(text::contains);
    }
}
