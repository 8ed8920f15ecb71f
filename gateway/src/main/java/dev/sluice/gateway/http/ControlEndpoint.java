package dev.sluice.gateway.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path of the control port means.
 *
 * <p>Threading: immutable.
 *
 * @param operation what is asked for; where a path has several methods, what its first one asks for
 * @param model decoded model name; empty where the operation has none
 * @param label decoded label; empty where the operation has none
 */
record ControlEndpoint(Operation operation, String model, String label) {
    /** Everything that the control port answers. */
    enum Operation {
        MODEL_LIST("GET"),
        INDEX("POST"),
        LOAD("POST"),
        UNLOAD("POST"),
        RELOAD("POST"),
        LABELS("GET"),
        LABEL("PUT"),
        UNLABEL("DELETE"),
        ROLLBACK("POST");

        private final String method;

        Operation(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }
    }

    /**
     * Reads a path, without its query.
     *
     * @return null when nothing lives there
     */
    static @Nullable ControlEndpoint parse(String path) {
        List<String> segments = Endpoint.segments(path);
        if (segments == null || segments.size() < 2 || !segments.get(0).equals("v2")) {
            return null;
        }
        return switch (segments.get(1)) {
            case "models" -> models(segments);
            case "repository" -> repository(segments);
            default -> null;
        };
    }

    private static @Nullable ControlEndpoint models(List<String> segments) {
        int count = segments.size();
        if (count == 2) {
            return new ControlEndpoint(Operation.MODEL_LIST, "", "");
        }
        String model = segments.get(2);
        if (count == 4 && segments.get(3).equals("labels")) {
            return new ControlEndpoint(Operation.LABELS, model, "");
        }
        if (count == 4 && segments.get(3).equals("rollback")) {
            return new ControlEndpoint(Operation.ROLLBACK, model, "");
        }
        if (count == 5 && segments.get(3).equals("labels")) {
            return new ControlEndpoint(Operation.LABEL, model, segments.get(4));
        }
        return null;
    }

    /** {@code /v2/repository[/NAME]/index} and {@code /v2/repository[/NAME]/models/MODEL/(load|unload|reload)}. */
    private static @Nullable ControlEndpoint repository(List<String> segments) {
        int count = segments.size();
        String last = segments.get(count - 1);
        if ((count == 3 || count == 4) && last.equals("index")) {
            return new ControlEndpoint(Operation.INDEX, "", "");
        }
        if ((count != 5 && count != 6) || !segments.get(count - 3).equals("models")) {
            return null;
        }
        String model = segments.get(count - 2);
        return switch (last) {
            case "load" -> new ControlEndpoint(Operation.LOAD, model, "");
            case "unload" -> new ControlEndpoint(Operation.UNLOAD, model, "");
            case "reload" -> new ControlEndpoint(Operation.RELOAD, model, "");
            default -> null;
        };
    }

    /** The same path asked with that method; null when it does not take it. */
    @Nullable ControlEndpoint with(String method) {
        if (operation == Operation.LABEL && method.equals("DELETE")) {
            return new ControlEndpoint(Operation.UNLABEL, model, label);
        }
        boolean head = method.equals("HEAD") && operation.method().equals("GET");
        return head || method.equals(operation.method()) ? this : null;
    }

    /** The methods that the path takes, as the header {@code Allow} lists them. */
    String allowed() {
        return switch (operation) {
            case LABEL, UNLABEL -> "PUT, DELETE";
            case MODEL_LIST, LABELS -> "GET, HEAD";
            case INDEX, LOAD, UNLOAD, RELOAD, ROLLBACK -> operation.method();
        };
    }
}
