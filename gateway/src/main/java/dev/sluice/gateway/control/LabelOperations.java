package dev.sluice.gateway.control;

import dev.sluice.canary.routing.ModelAvailability;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.state.SavedLabel;
import dev.sluice.state.SavedModel;
import dev.sluice.state.ServedVersion;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Moving labels, and going back to the version that served before.
 *
 * <p>A label is in the state file before it is in the route table, and in the route table before the caller hears of it.
 *
 * <p>Threading: confined to the control thread.
 */
final class LabelOperations {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final ControlThread thread;
    private final WantedModels wanted;
    private final VersionOperations versions;

    LabelOperations(ControlThread thread, WantedModels wanted, VersionOperations versions) {
        this.thread = thread;
        this.wanted = wanted;
        this.versions = versions;
    }

    CompletionStage<LabelChange> label(String actor, String model, String label, long version) {
        requireName(label);
        ModelDefinition definition = wanted.definition(model);
        WantedModels.requireVersion(definition, version);
        requireNotUnloaded(definition, version, label);
        SavedModel saved = wanted.saved(definition);
        if (!saved.labels().containsKey(label) && saved.labels().size() == SavedModel.LABELS_MAX) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "model '" + model + "' has " + SavedModel.LABELS_MAX + " labels already, which is the most");
        }
        ModelKey key = new ModelKey(model, version);
        if (!VersionStates.is(wanted.snapshot(), key, ModelState.DORMANT)) {
            requireReady(model, version, label);
            return CompletableFuture.completedFuture(move(actor, "label", saved, label, version));
        }
        return thread.exclusively(
                model,
                "label",
                () -> versions.load(model, List.of(key)).thenApply(outcome -> {
                    outcome.requireLoaded(List.of(key));
                    requireReady(model, version, label);
                    return move(actor, "label", wanted.saved(definition), label, version);
                }));
    }

    private static void requireName(String label) {
        if (!NAME.matcher(label).matches()) {
            throw InferenceException.invalidInput(
                    "a label must be a lower-case letter followed by at most 62 lower-case letters, digits or dashes, got '"
                            + label + "'");
        }
    }

    /** It may be ready still, but only until another has taken its place. */
    private static void requireNotUnloaded(ModelDefinition definition, long version, String label) {
        if (WantedModels.isUnloaded(definition, version)) {
            String model = "model '" + definition.name() + "'";
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "label '" + label + "' moves only to a version that stays, and "
                            + (definition.intent().stopped() ? model : "version " + version + " of " + model)
                            + " was unloaded; load it first");
        }
    }

    private void requireReady(String model, long version, String label) {
        VersionStatus status = wanted.status(model, version);
        if (status == null || status.state() != ModelState.READY) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "label '" + label + "' moves only to a version that is ready, and version " + version
                            + " of model '" + model + "' is " + VersionStates.describe(status));
        }
    }

    private LabelChange move(String actor, String operation, SavedModel saved, String label, long version) {
        @Nullable SavedLabel before = saved.labels().get(label);
        SavedModel changed = saved.withLabel(label, version, wanted.clock().instant());
        if (label.equals(ModelAvailability.STABLE)) {
            changed = withServed(changed, present(saved), version);
        }
        String detail = label + ": " + (before == null ? "none" : before.version()) + " to " + version;
        wanted.save(changed, actor, operation, detail);
        publish(changed);
        return new LabelChange(saved.name(), label, version(before), OptionalLong.of(version));
    }

    /** The present default may be so young that it was not written down yet. */
    private SavedModel withServed(SavedModel saved, OptionalLong present, long version) {
        Instant now = wanted.clock().instant();
        SavedModel changed = present.isPresent() ? saved.withServed(present.getAsLong(), now) : saved;
        return changed.withServed(version, now);
    }

    CompletionStage<LabelChange> removeLabel(String actor, String model, String label) {
        SavedModel saved = wanted.state().model(model);
        SavedLabel before = saved.labels().get(label);
        if (before == null) {
            throw new InferenceException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model '" + model + "' has no label '" + label + "'; it has: "
                            + saved.labels().keySet());
        }
        SavedModel changed = saved.withoutLabel(label);
        wanted.save(changed, actor, "unlabel", label + ": " + before.version() + " to none");
        publish(changed);
        return CompletableFuture.completedFuture(new LabelChange(model, label, version(before), OptionalLong.empty()));
    }

    private static OptionalLong version(@Nullable SavedLabel label) {
        return label == null ? OptionalLong.empty() : OptionalLong.of(label.version());
    }

    /** First the routes, so that no request is sent to a version that then loses its last reason to stay. */
    private void publish(SavedModel changed) {
        wanted.routes().labels(changed.name(), SavedIntents.labels(changed));
        wanted.apply();
    }

    CompletionStage<Rollback> rollback(String actor, String model) {
        ModelDefinition definition = wanted.definition(model);
        OptionalLong from = present(wanted.state().model(model));
        long to = previous(definition, from);
        ModelKey key = new ModelKey(model, to);
        if (VersionStates.is(wanted.snapshot(), key, ModelState.READY) && !WantedModels.isUnloaded(definition, to)) {
            move(actor, "rollback", wanted.saved(definition), ModelAvailability.STABLE, to);
            return CompletableFuture.completedFuture(new Rollback(model, from, to, true));
        }
        return thread.exclusively(model, "rollback", () -> {
            SavedModel saved = wanted.saved(definition).withStopped(false).withLoaded(to);
            wanted.save(saved, actor, "load", "version " + to + " for a rollback");
            return versions.load(model, List.of(key))
                    .thenApply(outcome -> loadedRollback(actor, definition, from, to, outcome));
        });
    }

    private Rollback loadedRollback(
            String actor, ModelDefinition definition, OptionalLong from, long to, LoadOutcome outcome) {
        ModelKey key = new ModelKey(definition.name(), to);
        if (!VersionStates.is(outcome.snapshot(), key, ModelState.READY)) {
            String failure = outcome.failure(key, "it");
            throw new InferenceException(
                    ErrorCode.LOAD_FAILED,
                    "model '" + key.name() + "' cannot go back to version " + to + ": "
                            + (failure.isEmpty()
                                    ? "it is "
                                            + VersionStates.describe(
                                                    outcome.snapshot().status(key))
                                    : failure));
        }
        move(actor, "rollback", wanted.saved(definition), ModelAvailability.STABLE, to);
        return new Rollback(key.name(), from, to, false);
    }

    /** The version that is the default, or would be if it could: what serves in its place is not what an operator leaves. */
    private OptionalLong present(SavedModel saved) {
        SavedLabel stable = saved.labels().get(ModelAvailability.STABLE);
        if (stable != null) {
            return OptionalLong.of(stable.version());
        }
        OptionalLong target = wanted.routes().defaultTarget(saved.name());
        List<ServedVersion> served = saved.served();
        return target.isPresent() || served.isEmpty()
                ? target
                : OptionalLong.of(served.get(served.size() - 1).version());
    }

    /** The version that served before the present one. */
    private long previous(ModelDefinition definition, OptionalLong present) {
        List<ServedVersion> served = wanted.state().model(definition.name()).served();
        for (int i = served.size() - 1; i >= 0; i--) {
            long version = served.get(i).version();
            if (present.isPresent() && version == present.getAsLong()) {
                continue;
            }
            if (!WantedModels.versions(definition).contains(version)) {
                throw new InferenceException(
                        ErrorCode.CONFLICT,
                        "model '" + definition.name() + "' cannot go back to version " + version
                                + ": it is not in its folder any more");
            }
            return version;
        }
        throw new InferenceException(
                ErrorCode.CONFLICT,
                "model '" + definition.name() + "' cannot go back: no other version has served before "
                        + (present.isPresent() ? "version " + present.getAsLong() : "this"));
    }
}
