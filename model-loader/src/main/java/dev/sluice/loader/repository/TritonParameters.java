package dev.sluice.loader.repository;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Translates {@code parameters}, the options of Triton's ONNX Runtime backend.
 *
 * <p>Threading: confined to the thread that translates.
 *
 * @see "triton-inference-server/onnxruntime_backend, README.md, Model Config Options"
 */
final class TritonParameters {
    private TritonParameters() {}

    static void translate(ProtoMessage config, TritonSettings settings) {
        Map<String, String> sessionOptions = new LinkedHashMap<>();
        int sessionLine = 0;
        for (ProtoMessage.Field field : config.all("parameters")) {
            String key = field.body().text("key");
            String value = field.body()
                    .last("value")
                    .map(each -> each.body().text("string_value"))
                    .orElse("");
            int line = field.line();
            if (key.startsWith("session.") || key.startsWith("optimization.") || key.startsWith("ep.")) {
                sessionOptions.put(key, value);
                sessionLine = line;
                continue;
            }
            switch (key) {
                case "intra_op_thread_count" -> settings.set("threads.intra-op", line, value);
                case "inter_op_thread_count" -> settings.set("threads.inter-op", line, value);
                case "execution_mode" ->
                    settings.set("execution", line, choice(settings, line, key, value, "sequential", "parallel"));
                case "enable_mem_arena" ->
                    settings.set("memory.arena", line, choice(settings, line, key, value, "false", "true"));
                case "enable_mem_pattern" ->
                    settings.set("memory.pattern", line, choice(settings, line, key, value, "false", "true"));
                case "memory.enable_memory_arena_shrinkage" ->
                    settings.set("memory.arena-shrinkage", line, Boolean.toString(!value.isEmpty()));
                default -> settings.unapplied("parameters." + key, "has no meaning here");
            }
        }
        if (!sessionOptions.isEmpty()) {
            settings.set("session-options", sessionLine, settings.mapping(sessionLine, sessionOptions));
        }
    }

    private static String choice(TritonSettings settings, int line, String key, String value, String off, String on) {
        return switch (value) {
            case "0", "false" -> off;
            case "1", "true" -> on;
            default -> {
                settings.problem(line, "parameter " + key + " must be 0 or 1, got " + value);
                yield off;
            }
        };
    }
}
