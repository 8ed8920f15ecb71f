package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.MemoryRetry;
import dev.sluice.loader.verify.VersionCheck;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a version's golden rows and compares its answers with the expected ones.
 *
 * <p>Where the configuration says {@code require-golden}, there must be rows from the training side: a gate that asks the model
 * what the model answers would test itself.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class GoldenCheck implements VersionCheck {
    static final String STEP = "golden";

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(Candidate candidate) throws ModelLoadException {
        Optional<ReferenceProfile> profile;
        try {
            profile = ProfileReader.readIn(candidate.files().folder());
        } catch (ProfileException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        }
        GoldenRows golden = profile.map(ReferenceProfile::golden).orElse(GoldenRows.NONE);
        if (candidate.config().gate().requireGolden()) {
            requireTraining(profile.isPresent(), golden);
        }
        if (profile.isEmpty()) {
            return "no profile";
        }
        return golden.rows().isEmpty() ? "no golden rows" : run(candidate, golden);
    }

    private static void requireTraining(boolean hasProfile, GoldenRows golden) throws ModelLoadException {
        if (golden.count(GoldenRow.Source.TRAINING) > 0) {
            return;
        }
        String found = !hasProfile
                ? "there is no " + ReferenceProfile.FILE_NAME
                : golden.rows().isEmpty()
                        ? ReferenceProfile.FILE_NAME + " has no golden rows"
                        : "all golden rows (" + golden.rows().size()
                                + ") are self-derived, and a gate must not test itself: what they expect was computed by"
                                + " the model that they would test";
        throw new ModelLoadException(
                STEP, "require-golden is set, which needs golden rows from the training side, but " + found);
    }

    /** Runs the rows one by one. */
    static String run(Candidate candidate, GoldenRows golden) throws ModelLoadException {
        GoldenComparison comparison = new GoldenComparison(golden);
        String first = null;
        int different = 0;
        for (int i = 0; i < golden.rows().size(); i++) {
            String difference = firstDifference(candidate, golden.rows().get(i), i, comparison);
            if (difference != null) {
                different++;
                first = first == null ? "golden row " + i + ", " + difference : first;
            }
        }
        int count = golden.rows().size();
        if (first != null) {
            throw new ModelLoadException(STEP, first + "; " + different + " of " + count + " rows differ");
        }
        long training = golden.count(GoldenRow.Source.TRAINING);
        String sources = training == 0
                ? count + " self-derived rows"
                : training + " rows from training"
                        + (training == count ? "" : " and " + (count - training) + " self-derived");
        return sources + " agree, " + comparison.describeWorst();
    }

    private static @Nullable String firstDifference(
            Candidate candidate, GoldenRow row, int index, GoldenComparison comparison) throws ModelLoadException {
        try {
            return new MemoryRetry().call(() -> firstDifference(candidate, row, comparison));
        } catch (InferenceException e) {
            throw new ModelLoadException(STEP, "golden row " + index + " cannot be run: " + e.getMessage(), e);
        }
    }

    private static @Nullable String firstDifference(Candidate candidate, GoldenRow row, GoldenComparison comparison) {
        TensorSet inputs = null;
        TensorSet expected = null;
        TensorSet actual = null;
        try {
            inputs = GoldenTensors.inputs(row.inputs(), candidate.signature(), candidate.pool());
            expected = GoldenTensors.outputs(row.outputs(), candidate.signature(), candidate.pool());
            List<String> names = expected.tensors().stream().map(Tensor::name).toList();
            actual = candidate.run().run(inputs.tensors(), names);
            for (int i = 0; i < names.size(); i++) {
                String difference = comparison.firstDifference(
                        expected.tensors().get(i), actual.tensors().get(i));
                if (difference != null) {
                    return difference;
                }
            }
            return null;
        } finally {
            release(inputs);
            release(expected);
            release(actual);
        }
    }

    private static void release(@Nullable TensorSet tensors) {
        if (tensors != null) {
            tensors.release();
        }
    }
}
