package dev.sluice.gateway.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path of the data port means.
 *
 * <p>Threading: immutable.
 *
 * @param operation what is asked for
 * @param model decoded model name; empty where the operation has none
 * @param version decoded version segment; empty when none was given
 */
record Endpoint(Operation operation, String model, String version) {
    /** Everything that the data port answers. */
    enum Operation {
        LIVE("GET"),
        READY("GET"),
        SERVER_METADATA("GET"),
        MODEL_LIST("GET"),
        MODEL_METADATA("GET"),
        MODEL_READY("GET"),
        MODEL_CONFIG("GET"),
        MODEL_STATS("GET"),
        MODEL_TUNING("GET"),
        MODEL_OPENAPI("GET"),
        INFER("POST"),
        PREDICT("POST"),
        /** GET goes with it. */
        FEEDBACK("POST"),
        REPOSITORY_INDEX("POST"),
        REPOSITORY_LOAD("POST"),
        REPOSITORY_UNLOAD("POST"),
        NOT_OFFERED("");

        private final String method;

        Operation(String method) {
            this.method = method;
        }

        /** The one method that it answers; HEAD goes with GET. Empty for {@link #NOT_OFFERED}. */
        String method() {
            return method;
        }
    }

    /**
     * Reads a path, without its query.
     *
     * @return null when nothing lives there
     */
    static @Nullable Endpoint parse(String path) {
        List<String> segments = segments(path);
        if (segments == null || segments.isEmpty() || !segments.get(0).equals("v2")) {
            return null;
        }
        int count = segments.size();
        if (count == 1) {
            return of(Operation.SERVER_METADATA);
        }
        return switch (segments.get(1)) {
            case "health" -> count == 3 ? health(segments.get(2)) : null;
            case "models" -> models(segments);
            case "repository" -> repository(segments);
            case "systemsharedmemory", "cudasharedmemory", "trace", "logging" -> of(Operation.NOT_OFFERED);
            default -> null;
        };
    }

    private static Endpoint of(Operation operation) {
        return new Endpoint(operation, "", "");
    }

    private static @Nullable Endpoint health(String which) {
        return switch (which) {
            case "live" -> of(Operation.LIVE);
            case "ready" -> of(Operation.READY);
            default -> null;
        };
    }

    private static @Nullable Endpoint models(List<String> segments) {
        int count = segments.size();
        if (count == 2) {
            return of(Operation.MODEL_LIST);
        }
        String model = segments.get(2);
        if (count == 3) {
            // Triton's path for the statistics of all models takes precedence over a model of that name.
            return model.equals("stats")
                    ? of(Operation.MODEL_STATS)
                    : new Endpoint(Operation.MODEL_METADATA, model, "");
        }
        int next = 3;
        String version = "";
        if (segments.get(3).equals("versions")) {
            if (count < 5) {
                return null;
            }
            version = segments.get(4);
            next = 5;
        }
        if (count == next) {
            return new Endpoint(Operation.MODEL_METADATA, model, version);
        }
        if (segments.get(next).equals("trace")) {
            return of(Operation.NOT_OFFERED);
        }
        if (segments.get(next).equals("feedback")) {
            // A prediction's id says which version made it.
            return count == 4 && next == 3 ? new Endpoint(Operation.FEEDBACK, model, "") : null;
        }
        Operation operation = count == next + 1 ? modelOperation(segments.get(next)) : null;
        return operation == null ? null : new Endpoint(operation, model, version);
    }

    private static @Nullable Operation modelOperation(String word) {
        return switch (word) {
            case "infer" -> Operation.INFER;
            case "predict" -> Operation.PREDICT;
            case "ready" -> Operation.MODEL_READY;
            case "config" -> Operation.MODEL_CONFIG;
            case "stats" -> Operation.MODEL_STATS;
            case "tuning" -> Operation.MODEL_TUNING;
            case "openapi.json" -> Operation.MODEL_OPENAPI;
            case "generate", "generate_stream" -> Operation.NOT_OFFERED;
            default -> null;
        };
    }

    /** {@code /v2/repository[/NAME]/index} and {@code /v2/repository[/NAME]/models/MODEL/(load|unload)}. */
    private static @Nullable Endpoint repository(List<String> segments) {
        int count = segments.size();
        String last = segments.get(count - 1);
        if ((count == 3 || count == 4) && last.equals("index")) {
            return of(Operation.REPOSITORY_INDEX);
        }
        boolean control = last.equals("load") || last.equals("unload");
        if (control && (count == 5 || count == 6) && segments.get(count - 3).equals("models")) {
            Operation operation = last.equals("load") ? Operation.REPOSITORY_LOAD : Operation.REPOSITORY_UNLOAD;
            return new Endpoint(operation, segments.get(count - 2), "");
        }
        return null;
    }

    /** The decoded segments, without a trailing empty one; null when the path is not well-formed. */
    static @Nullable List<String> segments(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return null;
        }
        List<String> segments = new ArrayList<>(6);
        int start = 1;
        while (start < path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            if (end == start) {
                return null;
            }
            String segment = decode(path.substring(start, end));
            if (segment == null) {
                return null;
            }
            segments.add(segment);
            start = end + 1;
        }
        return segments;
    }

    private static @Nullable String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            // A plus sign stands for itself in a path; the decoder would read it as a space.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
