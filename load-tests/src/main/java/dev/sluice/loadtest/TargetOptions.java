package dev.sluice.loadtest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of one target; each {@code --model} begins another one.
 *
 * <p>Threading: confined to the main thread.
 */
final class TargetOptions {
    private static final int DISTINCT_DEFAULT = 16;
    /** Mixed lengths need more bodies to look like their distribution. */
    private static final int DISTINCT_RANGES = 256;

    @Option(
            names = "--model",
            paramLabel = "<name>",
            required = true,
            description = "Model or route name. Repeat it for several targets; the options up to the next --model are"
                    + " that target's own.")
    private String model = "";

    @Option(
            names = "--model-version",
            paramLabel = "<version>",
            description = "Version to ask for; without it the server chooses.")
    private @Nullable String version;

    @Option(
            names = "--name",
            description = "What reports and goals call the target (default: model, or model@version).")
    private @Nullable String name;

    @Option(names = "--weight", paramLabel = "<n>", description = "Its part of the requests (default 1).")
    private int weight = 1;

    @Option(
            names = "--header",
            paramLabel = "<name: value>",
            description = "Sent with each request, for example 'X-Tenant: a'; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--body",
            paramLabel = "<file>",
            description = "A V2 request to send, JSON or JSON with binary tensors, or one JSON request a line (.jsonl);"
                    + " repeatable, sent in turn. Without it bodies are made from the model's metadata.")
    private List<Path> bodies = new ArrayList<>();

    @Option(names = "--binary", description = "Send made bodies in the binary extension, and ask for it.")
    private boolean binary;

    @Option(names = "--rows", paramLabel = "<n>", description = "What a dynamic first dimension becomes (default 1).")
    private int rows = 1;

    @Option(
            names = "--shape",
            paramLabel = "<input:dims>",
            description = "Shape of an input, for example ids:1,32; or of mixed lengths: ids:1,5..127; repeatable.")
    private List<String> shapes = new ArrayList<>();

    @Option(
            names = "--values",
            paramLabel = "<input:min..max>",
            description = "Values of a numeric input, for example ids:0..29999; repeatable (default: 0..99, and"
                    + " -1..1 for floating point).")
    private List<String> values = new ArrayList<>();

    @Option(
            names = "--distinct",
            description = "How many different bodies are made (default 16; 256 with a range of lengths).")
    private @Nullable Integer distinct;

    /**
     * The target.
     *
     * @throws IllegalArgumentException if the options do not make one
     */
    LoadTarget target() {
        return new LoadTarget(
                name == null ? LoadTarget.defaultName(model, version) : name,
                model,
                version,
                weight,
                bodySource(),
                headerMap());
    }

    private BodySource bodySource() {
        if (bodies.isEmpty()) {
            Map<String, ShapePattern> patterns = byInput("--shape", shapes, ShapePattern::parse);
            boolean ranges = patterns.values().stream()
                    .flatMap(pattern -> pattern.dimensions().stream())
                    .anyMatch(range -> range.min() != range.max());
            return new BodySource.Generated(
                    rows,
                    patterns,
                    byInput("--values", values, ValueRange::parse),
                    binary,
                    distinct != null ? distinct : ranges ? DISTINCT_RANGES : DISTINCT_DEFAULT);
        }
        if (binary || !shapes.isEmpty() || !values.isEmpty() || rows != 1 || distinct != null) {
            throw new IllegalArgumentException(
                    "--binary, --rows, --shape, --values and --distinct are for made bodies and exclude --body");
        }
        return new BodySource.Recorded(BodyFiles.read(bodies));
    }

    /** Splits at the last colon, because input names may hold some. */
    private static <T> Map<String, T> byInput(String option, List<String> texts, Function<String, T> parser) {
        Map<String, T> parsed = new LinkedHashMap<>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(option + " must look like <input>:<what>, got '" + text + "'");
            }
            parsed.put(text.substring(0, colon), parser.apply(text.substring(colon + 1)));
        }
        return parsed;
    }

    private Map<String, String> headerMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        "--header must look like 'Name: value', got one without a name and a colon");
            }
            map.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return map;
    }
}
