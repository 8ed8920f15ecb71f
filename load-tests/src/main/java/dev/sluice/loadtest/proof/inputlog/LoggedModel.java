package dev.sluice.loadtest.proof.inputlog;

import dev.sluice.loadtest.Arrivals;
import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.ExpectedServer;
import dev.sluice.loadtest.LoadPlan;
import dev.sluice.loadtest.proof.server.ModelServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model of which every request is recorded, and the requests to it.
 *
 * <p>Threading: immutable.
 *
 * @param repository folder with nothing but the model
 * @param name of the model
 */
public record LoggedModel(Path repository, String name) {
    private static final int DISTINCT = 256;

    /**
     * Copies a model, and has its requests recorded.
     *
     * @param model its folder
     * @param repository is made
     */
    public static LoggedModel copy(Path model, Path repository) throws IOException {
        String name = String.valueOf(model.getFileName());
        Path copy = repository.resolve(name);
        try (Stream<Path> files = Files.walk(model)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = copy.resolve(model.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Files.writeString(
                copy.resolve("model.yaml"),
                "log: {enabled: true}\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return new LoggedModel(repository, name);
    }

    /** Load on it. */
    public LoadPlan.Builder load(ModelServer server, Arrivals arrivals, Duration timeout) {
        return LoadPlan.builder(server.listening().http(), name)
                .body(new BodySource.Generated(1, Map.of(), false, DISTINCT))
                .arrivals(arrivals)
                .timeout(timeout)
                .expected(new ExpectedServer(null, server.listening().pid()));
    }
}
