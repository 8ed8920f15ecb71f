package dev.sluice.gateway.cli;

import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.StartupListener;
import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.replay.CandidateUrl;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One version of a repository, served in this process on a loopback port for as long as it is asked: with its transforms, as a
 * server would serve it, without a control port, metrics, a log or a state.
 *
 * <p>Threading: main thread.
 */
final class LocalCandidate implements AutoCloseable {
    private final Gateway gateway;
    private final ModelKey key;
    private final Path state;

    private LocalCandidate(Gateway gateway, ModelKey key, Path state) {
        this.gateway = gateway;
        this.key = key;
        this.state = state;
    }

    /** The version does not serve; the message says why. */
    static final class NotServing extends Exception {
        private static final long serialVersionUID = 1;

        NotServing(String message) {
            super(message);
        }
    }

    /**
     * Opens a version.
     *
     * @param models the repository
     * @param file the configuration, and {@code assignments} over it
     * @throws IllegalArgumentException if there is no such version, or the configuration is wrong
     * @throws NotServing with the step and the reason
     */
    static LocalCandidate open(Path models, ModelKey key, Optional<Path> file, List<String> assignments)
            throws IOException, NotServing {
        Path folder = models.resolve(key.name());
        if (!Files.isDirectory(folder.resolve(Long.toString(key.version())))) {
            throw new IllegalArgumentException("--candidate: there is no version " + key.version() + " of '"
                    + key.name() + "' in " + models + "; there is " + versions(folder));
        }
        Path state = Files.createTempDirectory("sluice-replay-");
        try {
            // A repository with that model alone, whatever else lies beside it.
            Path repository = Files.createDirectory(state.resolve("models"));
            Files.createSymbolicLink(repository.resolve(key.name()), folder.toRealPath());
            GatewayConfig config = config(repository, key, file, assignments, state);
            Logging.configure(config.logging());
            AtomicReference<String> reason = new AtomicReference<>("it was not found");
            Gateway gateway = Gateway.start(config, listener(reason));
            if (!reason.get().isEmpty()) {
                gateway.close();
                throw new NotServing("candidate " + key + " does not serve: " + reason.get());
            }
            return new LocalCandidate(gateway, key, state);
        } catch (IOException | NotServing | RuntimeException e) {
            remove(state);
            throw e;
        }
    }

    private static String versions(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "no such model";
        }
        try (Stream<Path> entries = Files.list(folder)) {
            String found = entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.matches("[1-9][0-9]{0,17}"))
                    .map(Long::valueOf)
                    .sorted()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
            return found.isEmpty() ? "none" : found;
        }
    }

    private static GatewayConfig config(
            Path repository, ModelKey key, Optional<Path> file, List<String> assignments, Path state) {
        String model = "models.\"" + key.name() + "\".";
        List<String> all = new ArrayList<>(assignments);
        all.addAll(List.of(
                "http.host=127.0.0.1",
                "http.port=0",
                "metrics.enabled=false",
                "control.enabled=false",
                "watch.mode=off",
                "watch.settle=0s",
                "logging.level=error",
                "log.files=false",
                "state-dir=" + state,
                model + "versions=[" + key.version() + "]",
                model + "on-demand=false",
                model + "breaker.enabled=false",
                model + "log.enabled=false"));
        ConfigOutcome outcome = ConfigReader.read(file, all);
        if (outcome instanceof ConfigOutcome.Invalid invalid) {
            throw new IllegalArgumentException(String.join("\n", invalid.problems()));
        }
        return ((ConfigOutcome.Valid) outcome).config().withRepository(List.of(repository));
    }

    /** Leaves an empty reason once the version is ready. */
    private static StartupListener listener(AtomicReference<String> reason) {
        return new StartupListener() {
            @Override
            public void found(int modelCount, int versionCount, List<String> warnings) {
                if (versionCount == 0) {
                    reason.set(String.join("; ", warnings));
                }
            }

            @Override
            public void ready(ReadyVersion version) {
                reason.set("");
            }

            @Override
            public void failed(ModelKey failed, String step, String why) {
                reason.set("step " + step + ": " + why);
            }
        };
    }

    /** Where it answers. */
    CandidateUrl url() {
        return CandidateUrl.parse("http://127.0.0.1:" + gateway.httpPort() + "/v2/models/"
                + URLEncoder.encode(key.name(), StandardCharsets.UTF_8).replace("+", "%20")
                + "/versions/" + key.version());
    }

    @Override
    public void close() {
        gateway.close();
        remove(state);
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            // A temporary folder with nothing in it that anybody would miss.
        }
    }
}
