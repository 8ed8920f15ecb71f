package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.ProcFiles;
import dev.sluice.loadtest.RequestBody;
import dev.sluice.loadtest.ServerText;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Load from {@code wrk} with one thread, which takes far less CPU for a request than a generator on the JVM and so leaves more
 * of a small machine to the servers.
 *
 * <p>Threading: blocking; confined to the main thread.
 *
 * @see "https://github.com/wg/wrk"
 */
final class WrkDriver implements LoadDriver {
    private static final Pattern FIGURES =
            Pattern.compile("figures (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private final Path program;
    private final Path folder;
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));

    private WrkDriver(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * The driver, or null when there is no {@code wrk} on the PATH.
     *
     * @param folder receives its scripts
     */
    static @Nullable WrkDriver find(Path folder) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(place.isEmpty() ? "." : place, "wrk");
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return new WrkDriver(program, folder);
            }
        }
        return null;
    }

    @Override
    public String name() {
        return "wrk";
    }

    @Override
    public Figures closedLoop(Target target, int connections, Duration span)
            throws IOException, CannotMeasureException, InterruptedException {
        List<RequestBody> bodies = bodies(target.body());
        verify(target);
        List<String> command = List.of(
                program.toString(),
                "-t1",
                "-c" + connections,
                "-d" + Math.max(1, span.toSeconds()) + "s",
                "--timeout",
                "30s",
                "-s",
                script(target, bodies).toString(),
                target.base() + "/v2/models/" + target.model() + "/infer");
        long before = cpuNanos(target);
        String said = run(command);
        return figures(said, target, cpuNanos(target) - before);
    }

    private void verify(Target target) throws IOException, CannotMeasureException {
        if (target.pid() != 0 && !proc.listensOn(target.pid(), target.base().getPort())) {
            throw new CannotMeasureException("process " + target.pid() + " must listen on port "
                    + target.base().getPort() + ", but another one does");
        }
    }

    private long cpuNanos(Target target) throws IOException {
        return target.pid() == 0 ? 0 : proc.cpuNanos(target.pid());
    }

    private static List<RequestBody> bodies(BodySource source) {
        List<RequestBody> bodies;
        if (source instanceof BodySource.Fixed fixed) {
            bodies = List.of(RequestBody.json(fixed.json().getBytes(StandardCharsets.UTF_8)));
        } else if (source instanceof BodySource.Recorded recorded) {
            bodies = recorded.bodies();
        } else {
            throw new IllegalArgumentException("wrk sends bodies that exist beforehand, got a source that makes them");
        }
        if (bodies.stream().anyMatch(RequestBody::isBinary)) {
            throw new IllegalArgumentException("wrk sends JSON only, got a body with binary tensors");
        }
        return bodies;
    }

    private Path script(Target target, List<RequestBody> bodies) throws IOException {
        Path bodyFile = folder.resolve("wrk-" + target.model() + ".bodies").toAbsolutePath();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(bodyFile))) {
            for (RequestBody body : bodies) {
                out.write(body.toByteArray());
            }
        }
        Path script = folder.resolve("wrk-" + target.model() + ".lua").toAbsolutePath();
        Files.writeString(
                script, script(bodyFile, bodies.stream().map(RequestBody::size).toList()));
        return script;
    }

    /**
     * All requests are made before the first is sent; then each costs an index.
     *
     * @param bodies holds them without anything in between
     * @param sizes of the bodies in bytes
     */
    static String script(Path bodies, List<Integer> sizes) {
        return """
                local sizes = {%s}
                local count = #sizes
                local requests = {}
                local last = 0
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                function init(args)
                   local file = assert(io.open([==[%s]==], "rb"))
                   for i = 1, count do
                      requests[i] = wrk.format(nil, nil, nil, file:read(sizes[i]))
                   end
                   file:close()
                end
                function request()
                   last = last %% count + 1
                   return requests[last]
                end
                function done(summary, latency, requests)
                   local errors = summary.errors
                   io.write(string.format("figures %%d %%d %%d %%d %%d %%d %%d %%d %%d\\n",
                      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
                      errors.connect, errors.read, errors.write, errors.status, errors.timeout))
                end
                """.formatted(sizes.stream().map(String::valueOf).collect(Collectors.joining(",")), bodies);
    }

    private static String run(List<String> command) throws IOException, CannotMeasureException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new CannotMeasureException("wrk ended with " + exit + ": " + ServerText.line(said.strip()));
            }
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Figures figures(String said, Target target, long cpuNanos) throws CannotMeasureException {
        Matcher matcher = FIGURES.matcher(said);
        if (!matcher.find()) {
            throw new CannotMeasureException(
                    "wrk said something else than its figures: " + ServerText.line(said.strip()));
        }
        long[] values = new long[matcher.groupCount()];
        Arrays.setAll(values, i -> Long.parseLong(matcher.group(i + 1)));
        long failed = Arrays.stream(values, 4, values.length).sum();
        if (failed > 0) {
            throw new CannotMeasureException(failed + " requests to " + target.system() + " failed, of " + values[0]
                    + "; wrk said: " + ServerText.line(said.strip()));
        }
        return new Figures(
                values[0] / (values[1] / 1e6),
                values[2],
                values[3],
                target.pid() == 0 ? Double.NaN : cpuNanos / 1e3 / values[0]);
    }
}
