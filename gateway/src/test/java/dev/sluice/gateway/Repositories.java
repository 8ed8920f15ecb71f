package dev.sluice.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Changes to a repository of a test's own, beyond copying test models. */
final class Repositories {
    private static final Path EXAMPLES = Path.of("..", "examples");

    private Repositories() {}

    /** A file of the examples that users are shown. */
    static Path example(String path) {
        return EXAMPLES.resolve(path);
    }

    /** Copies a model of the examples. */
    static Path copyExample(Path repository, String name) {
        copyTree(example("models").resolve(name), repository.resolve(name));
        return repository;
    }

    /** Copies one version of a test model as a version of another name or number. */
    static void copyVersion(Path repository, String from, String model, int version) {
        copyTree(TestModels.folder(from).resolve("1"), repository.resolve(model).resolve(Integer.toString(version)));
    }

    /** Writes {@code model.yaml} beside a model. */
    static void configure(Path repository, String model, String yaml) {
        write(repository.resolve(model).resolve("model.yaml"), yaml);
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyTree(Path source, Path target) {
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
}
