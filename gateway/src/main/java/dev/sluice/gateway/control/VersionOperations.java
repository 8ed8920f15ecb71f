package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.state.SavedModel;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Loading, unloading and reloading because somebody said so.
 *
 * <p>Threading: confined to the control thread.
 */
final class VersionOperations {
    /** How long an answer waits until what was unloaded is closed; requests in flight may take longer. */
    private static final Duration DRAIN_TIME_MAX = Duration.ofSeconds(10);

    private final ControlThread thread;
    private final WantedModels wanted;
    private final SnapshotWaits waits;

    VersionOperations(ControlThread thread, WantedModels wanted, SnapshotWaits waits) {
        this.thread = thread;
        this.wanted = wanted;
        this.waits = waits;
    }

    /** Looks into the repository, takes back what was said against the model or version, and loads; ends when that has. */
    CompletionStage<ServingSnapshot> load(String actor, String model, OptionalLong version) {
        wanted.scan();
        ModelDefinition definition = wanted.definition(model);
        SavedModel saved = wanted.saved(definition).withStopped(false);
        if (version.isPresent()) {
            WantedModels.requireVersion(definition, version.getAsLong());
            saved = saved.withLoaded(version.getAsLong());
        } else {
            saved = saved.withoutStoppedVersions();
        }
        wanted.save(saved, actor, "load", version.isPresent() ? "version " + version.getAsLong() : "");
        ModelDefinition now = wanted.definition(model);
        requireServable(now);
        List<ModelKey> asked = version.isPresent()
                ? List.of(new ModelKey(model, version.getAsLong()))
                : now.versions().stream().map(VersionFiles::key).toList();
        return load(model, asked).thenApply(outcome -> {
            outcome.requireLoaded(asked);
            return outcome.snapshot();
        });
    }

    /** Loads what is wanted of a model, what had failed included, and the last of these where it is loaded on demand. */
    CompletionStage<LoadOutcome> load(String model, List<ModelKey> asked) {
        wanted.apply();
        CompletionStage<List<LoadReport>> woken =
                asked.isEmpty() ? CompletableFuture.completedFuture(List.of()) : awaken(asked.get(asked.size() - 1));
        // Either may have been the one that loaded it; the other one knows nothing of that then.
        return ended(woken.thenCombine(wanted.models().retry(model), LoadOutcome::inOrder));
    }

    /** How loading a version went that rests, or is on its way; nothing where it was tried before. */
    private CompletionStage<List<LoadReport>> awaken(ModelKey key) {
        boolean untried = VersionStates.is(wanted.snapshot(), key, ModelState.DORMANT)
                || VersionStates.is(wanted.snapshot(), key, ModelState.REGISTERED)
                || VersionStates.is(wanted.snapshot(), key, ModelState.LOADING);
        return untried
                ? wanted.models().awaken(key).thenApply(report -> List.of(report))
                : CompletableFuture.completedFuture(List.of());
    }

    /** Loads a model's versions that serve once more, or anew where their files have changed; ends when they serve. */
    CompletionStage<ServingSnapshot> reload(String actor, String model) {
        ModelDefinition before = wanted.definition(model);
        wanted.scan();
        ModelDefinition definition = wanted.definition(model);
        if (definition.intent().stopped()) {
            throw new InferenceException(
                    ErrorCode.CONFLICT, "model '" + model + "' is unloaded; load it instead of reloading it");
        }
        requireServable(definition);
        wanted.save(wanted.saved(definition), actor, "reload", "");
        wanted.apply();
        boolean same = before.available().equals(definition.available())
                && before.config().equals(definition.config());
        // Not what should serve: an older version may stand in for one that was refused.
        List<ModelKey> serving =
                wanted.snapshot().ready(model).stream().map(ReadyVersion::key).toList();
        return ended(same ? wanted.models().reload(model) : wanted.models().retry(model))
                .thenApply(outcome -> {
                    if (same && !serving.isEmpty()) {
                        outcome.requireReloaded(serving);
                    } else {
                        outcome.requireLoaded(definition.versions().stream()
                                .map(VersionFiles::key)
                                .toList());
                    }
                    return outcome.snapshot();
                });
    }

    /** What is there once these loads of a model, and all that were under way, are over. */
    private CompletionStage<LoadOutcome> ended(CompletionStage<List<LoadReport>> loads) {
        return thread.onThread(loads).thenApply(reports -> new LoadOutcome(wanted.snapshot(), reports));
    }

    private CompletionStage<ServingSnapshot> settled(String model) {
        return waits.until(model, snapshot -> VersionStates.isSettled(snapshot, model))
                .thenApply(done -> wanted.snapshot());
    }

    private static void requireServable(ModelDefinition definition) {
        if (!definition.problems().isEmpty()) {
            throw failed(
                    "model '" + definition.name() + "' cannot be loaded: " + String.join("; ", definition.problems()));
        }
        if (definition.available().isEmpty()) {
            throw failed("model '" + definition.name() + "' cannot be loaded: there is no version in its folder");
        }
    }

    private static InferenceException failed(String message) {
        return new InferenceException(ErrorCode.LOAD_FAILED, message);
    }

    /** Takes a model or one of its versions away, until it is loaded again; ends when that is closed, or after a while. */
    CompletionStage<ServingSnapshot> unload(String actor, String model, OptionalLong version) {
        ModelDefinition definition = wanted.definition(model);
        SavedModel saved = wanted.saved(definition);
        if (version.isEmpty()) {
            wanted.save(saved.withStopped(true), actor, "unload", "");
            wanted.apply();
            return drained(model);
        }
        ModelKey key = new ModelKey(model, version.getAsLong());
        WantedModels.requireVersion(definition, key.version());
        requireUnused(saved, key);
        wanted.save(saved.withStopped(key.version()), actor, "unload", "version " + key.version());
        wanted.apply();
        boolean byNumber = saved.loadedVersions().contains(key.version());
        return settled(model).thenCompose(snapshot -> {
            if (!VersionStates.is(snapshot, key, ModelState.READY)) {
                return drained(model);
            }
            takeBackUnload(actor, key, byNumber);
            return CompletableFuture.failedFuture(stillServes(snapshot, key));
        });
    }

    /** What goes on serving must not be taken away at the next opportunity, or be missing after a restart. */
    private void takeBackUnload(String actor, ModelKey key, boolean byNumber) {
        SavedModel saved = wanted.state().model(key.name());
        wanted.save(
                byNumber ? saved.withLoaded(key.version()) : saved.withoutStopped(key.version()),
                actor,
                "unload",
                "version " + key.version() + " taken back: nothing can take its place");
        wanted.apply();
    }

    private void requireUnused(SavedModel saved, ModelKey key) {
        List<String> labels = saved.labels().entrySet().stream()
                .filter(label -> label.getValue().version() == key.version())
                .map(java.util.Map.Entry::getKey)
                .toList();
        if (!labels.isEmpty()) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "version " + key.version() + " of model '" + key.name() + "' carries the label "
                            + String.join(", ", labels) + "; move or remove that before it is unloaded");
        }
        List<Long> ready = wanted.snapshot().ready(key.name()).stream()
                .map(each -> each.key().version())
                .toList();
        long others = WantedModels.versions(wanted.definition(key.name())).stream()
                .filter(each ->
                        each != key.version() && !saved.stoppedVersions().contains(each))
                .count();
        if (others == 0 && ready.equals(List.of(key.version()))) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "version " + key.version() + " is the only one that can serve model '" + key.name()
                            + "'; unload the model as a whole instead");
        }
    }

    private static InferenceException stillServes(ServingSnapshot snapshot, ModelKey key) {
        String failures = snapshot.statuses(key.name()).stream()
                .filter(status -> status.state() == ModelState.QUARANTINED || status.state() == ModelState.DORMANT)
                .map(status -> "version " + status.key().version() + " is " + VersionStates.describe(status))
                .collect(Collectors.joining("; "));
        return failed("version " + key.version() + " of model '" + key.name()
                + "' still serves, because nothing can take its place: " + failures);
    }

    private CompletionStage<ServingSnapshot> drained(String model) {
        return waits.until(model, snapshot -> VersionStates.isDrained(snapshot, model), DRAIN_TIME_MAX)
                .thenApply(done -> wanted.snapshot());
    }
}
