package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the model repositories that the gateways of a run serve, in a folder of its own.
 *
 * <p>Threading: confined to the main thread.
 */
final class BenchRepository {
    private final Path checkout;
    private final Path folder;
    private final long seed;

    /**
     * @param checkout the source checkout
     * @param folder empty, for repositories and generated files
     * @param seed of generated files
     */
    BenchRepository(Path checkout, Path folder, long seed) {
        this.checkout = checkout.toAbsolutePath();
        this.folder = folder.toAbsolutePath();
        this.seed = seed;
    }

    /**
     * A repository with these models.
     *
     * @param name distinct in this run
     * @throws CannotMeasureException if a file is not there
     */
    Path write(String name, List<BenchModel> models) throws IOException, CannotMeasureException {
        Path repository = folder.resolve(name);
        for (BenchModel model : models) {
            Path version =
                    Files.createDirectories(repository.resolve(model.id()).resolve("1"));
            // Not a link: a version whose files lead out of its folder is refused.
            Files.copy(file(model.file()), version.resolve("model.onnx"));
            if (!model.settings().isEmpty()) {
                Files.writeString(repository.resolve(model.id()).resolve("model.yaml"), model.settings());
            }
        }
        return repository;
    }

    /** The file on disk, written first if it has to be. */
    Path file(ModelFile file) throws IOException, CannotMeasureException {
        if (file.path().isEmpty()) {
            Path written = folder.resolve(file + ".onnx");
            if (!Files.exists(written)) {
                file.write(written, file(ModelFile.MINILM), seed);
            }
            return written;
        }
        Path path = checkout.resolve(file.path());
        if (!Files.isRegularFile(path)) {
            throw new CannotMeasureException("the model " + file.path() + " is missing; build with: mvn package");
        }
        return path;
    }
}
