package dev.sluice.loadtest.proof.manymodels;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.versions.NumberedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The registered models: their folders, and what each of them must answer. Neighbours answer differently.
 *
 * <p>Threading: immutable once {@link #learn}ed; then thread-safe.
 */
final class ModelSet {
    private final List<NumberedModel> kinds;
    private final List<String> requests;
    private final int count;
    private final double[] first;

    private ModelSet(List<NumberedModel> kinds, List<String> requests, int count) {
        this.kinds = kinds;
        this.requests = requests;
        this.count = count;
        this.first = new double[kinds.size()];
    }

    static ModelSet read(List<Path> files, int count) throws IOException {
        List<NumberedModel> kinds = new ArrayList<>();
        List<String> requests = new ArrayList<>();
        for (Path file : files) {
            NumberedModel kind = NumberedModel.read(file);
            kinds.add(kind);
            requests.add(kind.request());
        }
        return new ModelSet(List.copyOf(kinds), List.copyOf(requests), count);
    }

    /** Models of different files. */
    int kinds() {
        return kinds.size();
    }

    String name(int model) {
        return String.format(Locale.ROOT, "model-%04d", model);
    }

    String request(int model) {
        return requests.get(model % kinds.size());
    }

    /** Writes all of them, each to be loaded when it is asked. */
    void write(Path repository) throws IOException {
        for (int model = 0; model < count; model++) {
            Path folder = repository.resolve(name(model));
            Path version = Files.createDirectories(folder.resolve("1"));
            Files.write(
                    version.resolve("model.onnx"),
                    kinds.get(model % kinds.size()).version(model + 1L));
            Files.writeString(folder.resolve("model.yaml"), "on-demand: true\n");
        }
    }

    /** Asks the first model of each kind, to know what the others must answer. */
    void learn(ModelServer server, int kind) throws IOException, CannotMeasureException, InterruptedException {
        ModelAnswer answer = server.infer(name(kind), request(kind));
        double probability = answer.value(NumberedModel.OUTPUT, 1);
        if (!answer.ok() || !(probability > 0 && probability < 1)) {
            throw new CannotMeasureException(name(kind) + " must answer a probability, got " + answer.words());
        }
        first[kind] = NumberedModel.first(probability, kind + 1L);
    }

    /** What is wrong with a model's answer, or null. */
    @Nullable String complaint(int model, ModelAnswer answer) {
        if (!answer.ok()) {
            return name(model) + " must answer, got " + answer.words();
        }
        double probability = answer.value(NumberedModel.OUTPUT, 1);
        return NumberedModel.matches(first[model % kinds.size()], model + 1L, probability)
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s must answer %.6f, got %.6f",
                        name(model),
                        NumberedModel.expected(first[model % kinds.size()], model + 1L),
                        probability);
    }
}
