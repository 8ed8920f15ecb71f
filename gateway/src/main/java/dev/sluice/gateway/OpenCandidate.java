package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.verify.BatchProof;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.FoundRows;
import dev.sluice.loader.verify.ProbeBatches;
import dev.sluice.loader.verify.ProbeRows;
import dev.sluice.model.NanoClock;
import dev.sluice.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One version, opened to be looked at by a command and never served.
 *
 * <p>Threading: confined to the command's thread; blocks.
 */
public final class OpenCandidate implements AutoCloseable {
    private final ServableModel model;
    private final Candidate candidate;

    private OpenCandidate(ServableModel model, Candidate candidate) {
        this.model = model;
        this.candidate = candidate;
    }

    /**
     * Opens a version.
     *
     * @param config where native libraries and memory come from
     * @param modelConfig how the version is opened; without a transform
     * @throws ModelLoadException with the step and a reason that an operator can act on
     * @throws GatewayStartException if the runtime cannot be had
     */
    public static OpenCandidate open(GatewayConfig config, VersionFiles files, ModelConfig modelConfig)
            throws ModelLoadException {
        PendingRuntime pending = PendingRuntime.begin(config);
        ServableModel model = pending.await().load(files.key(), files.modelFile(), modelConfig.runtime());
        return new OpenCandidate(
                model,
                new Candidate(
                        files,
                        modelConfig,
                        model.device(),
                        model.signature(),
                        Optional.empty(),
                        pending.pool(),
                        model::run));
    }

    /** The version as the steps of the gate see it; until {@link #close}. */
    public Candidate candidate() {
        return candidate;
    }

    /**
     * Made-up inputs that the model takes, one row each.
     *
     * @return {@code count} times all inputs in the signature's order
     * @throws ModelLoadException if none were found
     */
    public List<List<Tensor>> madeUpRows(int count) throws ModelLoadException {
        FoundRows found = new BatchProof(NanoClock.system()).rows(model);
        ProbeRows rows = found.rows();
        if (rows == null) {
            throw new ModelLoadException(
                    "golden", "no made-up inputs were found that the model takes: " + found.reason());
        }
        ProbeBatches batches = rows.make(1);
        List<List<Tensor>> made = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made.add(batches.next(1));
        }
        return made;
    }

    @Override
    public void close() {
        model.close();
    }
}
