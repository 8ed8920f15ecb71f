package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is there once an operator's loads of a model are over, and how they went.
 *
 * <p>The states alone do not say it: a version that is loaded on demand rests again where memory was too short for it, and nothing
 * is held against it.
 *
 * <p>Threading: immutable.
 *
 * @param snapshot what is there
 * @param reports of the loads; of those of one version, the last one last
 */
record LoadOutcome(ServingSnapshot snapshot, List<LoadReport> reports) {
    LoadOutcome {
        reports = List.copyOf(reports);
    }

    /** The same reports, and others that are newer. */
    static List<LoadReport> inOrder(List<LoadReport> older, List<LoadReport> newer) {
        List<LoadReport> all = new ArrayList<>(older);
        all.addAll(newer);
        return all;
    }

    /**
     * Makes sure that versions have been loaded as they are now.
     *
     * @throws InferenceException with LOAD_FAILED, the step and the reason for each that has not
     */
    void requireLoaded(List<ModelKey> keys) {
        String failures = keys.stream()
                .map(key -> failure(key, "version " + key.version() + " of model '" + key.name() + "'"))
                .filter(failure -> !failure.isEmpty())
                .collect(Collectors.joining("; "));
        if (!failures.isEmpty()) {
            throw new InferenceException(ErrorCode.LOAD_FAILED, failures);
        }
    }

    /** The same for versions that served and were to be loaded once more; that one goes meanwhile is no failure. */
    void requireReloaded(List<ModelKey> keys) {
        requireLoaded(keys.stream().filter(key -> !hasGone(key)).toList());
    }

    private boolean hasGone(ModelKey key) {
        return snapshot.status(key) == null || VersionStates.is(snapshot, key, ModelState.DRAINING);
    }

    /**
     * Why a version has not been loaded as it is now, in words; empty when it has.
     *
     * @param subject what the version is called in the sentence
     */
    String failure(ModelKey key, String subject) {
        VersionStatus status = snapshot.status(key);
        if (status == null || !status.step().isEmpty()) {
            return subject + " is " + VersionStates.describe(status);
        }
        LoadReport last = last(key);
        if (last == null || last.ok() || (status.state() == ModelState.READY && !last.isOutOfMemory())) {
            return "";
        }
        return "loading " + subject + " failed at step " + last.step() + ": " + last.reason();
    }

    private @Nullable LoadReport last(ModelKey key) {
        LoadReport last = null;
        for (LoadReport report : reports) {
            if (report.key().equals(key)) {
                last = report;
            }
        }
        return last;
    }
}
