package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * One more native reference to the runtime's environment, kept until the process ends.
 *
 * <p>The Java binding gives its own reference up in a shutdown hook. Hooks run side by side, so without this one the
 * environment would be gone while requests in flight are still answered, and each of their runs would fail. The reference is
 * never given back: the sessions are closed by their owners, and the environment's memory goes with the process.
 *
 * <p>Threading: stateless; takes effect once for each call.
 */
final class HeldEnvironment {
    private HeldEnvironment() {}

    /**
     * Adds a reference to the environment that is there already.
     *
     * @throws IllegalStateException if this runtime does not have the method that does it
     */
    static void hold(OrtEnvironment environment, OrtLoggingLevel level, String name) {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            create.invoke(null, api.getLong(null), level.getValue(), name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the environment of ONNX Runtime " + environment.getVersion() + " cannot be held: " + e, e);
        }
    }
}
