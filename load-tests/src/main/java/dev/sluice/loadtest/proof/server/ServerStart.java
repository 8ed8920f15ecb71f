package dev.sluice.loadtest.proof.server;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a proof starts servers of a repository, each on ports of its own.
 *
 * <p>Threading: immutable; starting blocks.
 *
 * @param launcher the script that starts a server
 * @param javaOptions for the server's JVM; may be empty
 */
public record ServerStart(String launcher, String javaOptions) {
    /** Longest that a start may take. */
    public static final Duration WITHIN = Duration.ofSeconds(60);

    private static final List<String> FREE_PORTS = List.of("http.port=0", "metrics.port=0", "control.port=0");

    /**
     * Starts one and waits until it says where it listens.
     *
     * @param settings further keys of the configuration, such as {@code limits.model-memory=1GiB}
     * @param log receives what it prints; its state lies in a folder {@code state} beside it
     */
    public ModelServer start(Path repository, List<String> settings, Path log)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> all = new ArrayList<>(settings);
        all.add("state-dir=" + log.toAbsolutePath().resolveSibling("state"));
        return new ModelServer(ServerProcess.start(command(repository, all), environment(), log, WITHIN));
    }

    List<String> command(Path repository, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(launcher, "serve", repository.toString()));
        for (String setting : FREE_PORTS) {
            command.addAll(List.of("--set", setting));
        }
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return command;
    }

    /** Options reach the JVM through this variable, which overrides the launcher's own. */
    private Map<String, String> environment() {
        return javaOptions.isBlank() ? Map.of() : Map.of("SLUICE_JAVA_OPTS", javaOptions);
    }
}
