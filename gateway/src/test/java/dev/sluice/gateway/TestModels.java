package dev.sluice.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies chosen test models into a repository of a test's own. */
public final class TestModels {
    private static final Path MODELS = Path.of("..", "model-loader", "src", "test", "models");

    private TestModels() {}

    /** Copies the models of these names (a path such as {@code exports/xgboost-binary} is flattened) into {@code repository}. */
    public static Path copy(Path repository, String... names) {
        for (String name : names) {
            Path source = MODELS.resolve(name);
            Path target = repository.resolve(source.getFileName());
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.copy(file, copy);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return repository;
    }

    /** The folder of one test model. */
    public static Path folder(String name) {
        return MODELS.resolve(name);
    }
}
