package dev.sluice.loadtest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind of request of a run: a model or route, what is sent to it, and its share of the requests.
 *
 * <p>Threading: immutable.
 *
 * @param name what reports and goals call it; letters, digits, dots, dashes, underscores, slashes and at signs
 * @param model the model or route in the path; not empty
 * @param version the version in the path, or null for the server's choice
 * @param weight its requests over those of all targets, as parts: 1 or greater
 * @param body where its request bodies come from
 * @param headers sent with each of its requests
 */
public record LoadTarget(
        String name, String model, @Nullable String version, int weight, BodySource body, Map<String, String> headers) {
    private static final int WEIGHT_MAX = 1_000_000;
    private static final Set<String> OWN_HEADERS = Set.of(
            "host",
            "content-type",
            "content-length",
            "transfer-encoding",
            "connection",
            "inference-header-content-length");

    public LoadTarget {
        headers = Map.copyOf(headers);
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model must not be empty");
        }
        if (!name.matches("[\\w.@/-]+")) {
            throw new IllegalArgumentException("a target's name must be of letters, digits and . - _ / @, got '" + name
                    + "'; set one with --name");
        }
        if (weight < 1 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException("weight must be between 1 and " + WEIGHT_MAX + ", got " + weight);
        }
        headers.forEach(LoadTarget::requireHeader);
    }

    private static void requireHeader(String header, String value) {
        if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "a header must be a name and a value of printable ASCII, got '" + header + ": " + value + "'");
        }
        if (OWN_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the header " + header + " is set by the generator itself");
        }
    }

    /** All requests to {@code model}, with bodies made from its metadata. */
    public static LoadTarget of(String model) {
        return new LoadTarget(
                defaultName(model, null),
                model,
                null,
                1,
                new BodySource.Generated(1, new LinkedHashMap<>(), false, 16),
                Map.of());
    }

    /** The name of a target that was given none: its model and version, with other characters replaced. */
    static String defaultName(String model, @Nullable String version) {
        String text = version == null ? model : model + "@" + version;
        String name = text.replaceAll("[^\\w.@/-]", "_");
        return name.isEmpty() ? "model" : name;
    }

    /** This target with another version. */
    public LoadTarget withVersion(@Nullable String value) {
        return new LoadTarget(name, model, value, weight, body, headers);
    }

    /** This target with other bodies. */
    public LoadTarget withBody(BodySource value) {
        return new LoadTarget(name, model, version, weight, value, headers);
    }

    /** The path below the server's {@code /v2}. */
    String path() {
        return "/models/" + PathSegment.encode(model)
                + (version == null ? "" : "/versions/" + PathSegment.encode(version));
    }

    /** For messages: {@code model 'm'} or {@code version '2' of model 'm'}. */
    String words() {
        return version == null ? "model '" + model + "'" : "version '" + version + "' of model '" + model + "'";
    }
}
