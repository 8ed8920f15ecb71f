package dev.sluice.canary.monitor.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes golden rows for a version that is open.
 *
 * <p>Threading: confined to one thread; blocks.
 */
public final class GoldenRowMaker {
    private final Candidate candidate;
    private final NamedValues values;
    private final List<String> outputs;

    /**
     * @param order how rows by feature name become the version's inputs
     */
    public GoldenRowMaker(Candidate candidate, FeatureOrder order) {
        this.candidate = candidate;
        this.values = new NamedValues(candidate.signature(), order);
        this.outputs =
                candidate.signature().outputs().stream().map(TensorSpec::name).toList();
    }

    /** What rows of a file became: those with outputs of the training side, and the inputs of the others. */
    public record Made(List<GoldenRow> rows, List<String> inputsAlone) {
        public Made {
            rows = List.copyOf(rows);
            inputsAlone = List.copyOf(inputsAlone);
        }
    }

    /**
     * Reads rows that a training job wrote and checks that they fit the version's signature.
     *
     * @param file rows by feature name or as V2 tensors, JSON or JSON lines
     * @param expected their outputs, where {@code file} has none
     * @throws ProfileException if a file cannot be read, or a row does not fit; the message names the row
     */
    public Made read(Path file, Optional<Path> expected) throws ProfileException {
        List<GoldenRow> rows = new ArrayList<>();
        List<String> inputsAlone = new ArrayList<>();
        for (GoldenFile.Row row : GoldenFile.read(file, expected)) {
            String inputs = values.inputs(row.place(), row.inputs());
            try {
                GoldenTensors.inputs(inputs, candidate.signature(), candidate.pool())
                        .release();
                JsonNode given = row.outputs();
                if (given == null) {
                    inputsAlone.add(inputs);
                    continue;
                }
                String wanted = values.outputs(row.place(), given);
                GoldenTensors.outputs(wanted, candidate.signature(), candidate.pool())
                        .release();
                rows.add(new GoldenRow(GoldenRow.Source.TRAINING, inputs, wanted));
            } catch (InferenceException e) {
                throw new ProfileException(row.place() + ": " + e.getMessage(), e);
            }
        }
        return new Made(rows, inputsAlone);
    }

    /**
     * A row whose outputs the version itself computes.
     *
     * @param inputs V2 tensors
     * @throws ProfileException if the version cannot run them, or answers what JSON cannot hold
     */
    public GoldenRow selfDerived(String inputs) throws ProfileException {
        try {
            TensorSet tensors = GoldenTensors.inputs(inputs, candidate.signature(), candidate.pool());
            try {
                return selfDerived(tensors.tensors());
            } finally {
                tensors.release();
            }
        } catch (InferenceException e) {
            throw cannotRun(e);
        }
    }

    /**
     * A row whose outputs the version itself computes.
     *
     * @param inputs all inputs in the signature's order; the caller keeps them
     * @throws ProfileException if the version cannot run them, or takes or answers what JSON cannot hold
     */
    public GoldenRow selfDerived(List<Tensor> inputs) throws ProfileException {
        for (Tensor input : inputs) {
            if (!input.dataType().hasJsonForm()) {
                throw new ProfileException("input '" + input.name() + "' is " + input.dataType()
                        + ", which has no JSON form: there can be no golden rows");
            }
        }
        try {
            TensorSet answer = candidate.run().run(inputs, outputs);
            try {
                return new GoldenRow(
                        GoldenRow.Source.SELF_DERIVED,
                        GoldenTensors.write(inputs),
                        GoldenTensors.write(answer.tensors()));
            } finally {
                answer.release();
            }
        } catch (InferenceException e) {
            throw cannotRun(e);
        }
    }

    private static ProfileException cannotRun(InferenceException e) {
        return new ProfileException("the model cannot compute golden rows: " + e.getMessage(), e);
    }

    /**
     * Runs all rows and compares, as the gate before serving does.
     *
     * @return what was found, in words
     * @throws ModelLoadException with the first difference
     */
    public String check(GoldenRows golden) throws ModelLoadException {
        return GoldenCheck.run(candidate, golden);
    }
}
