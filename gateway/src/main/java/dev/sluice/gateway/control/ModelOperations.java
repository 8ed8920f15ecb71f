package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.ModelRepository;
import dev.sluice.state.SavedModel;
import dev.sluice.state.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * What operators may have done to models while the server runs, in one place and one after the other.
 *
 * <p>What they say goes before what the repository says: it is kept in the {@link StateStore}, merged into every scan, and handed
 * to the manager. Every operation is durable before it is answered. An operation that waits for versions holds up no other, but a
 * second one on the same model meanwhile fails with CONFLICT; labels and rollbacks to versions that are ready never wait.
 *
 * <p>Bound: {@value ControlThread#OPERATIONS_MAX} operations in progress; more fail with OVERLOADED.
 *
 * <p>Threading: thread-safe; nothing here blocks. Answers are completed on the control thread and must not block it. They fail with
 * {@link dev.sluice.model.InferenceException}.
 */
public final class ModelOperations implements AutoCloseable {
    private final ControlThread thread = new ControlThread();
    private final WantedModels wanted;
    private final SnapshotWaits waits;
    private final ServedHistory history;
    private final RepositoryChanges changes;
    private final VersionOperations versions;
    private final LabelOperations labels;

    public ModelOperations(
            ModelRepository repository,
            ModelManager models,
            StateStore state,
            RoutePublisher routes,
            InstantSource clock) {
        wanted = new WantedModels(repository, models, state, routes, clock);
        waits = new SnapshotWaits(models, thread.executor());
        history = new ServedHistory(wanted, thread.executor());
        changes = new RepositoryChanges(wanted, thread.executor());
        wanted.beforeChange(history::write);
        versions = new VersionOperations(thread, wanted, waits);
        labels = new LabelOperations(thread, wanted, versions);
    }

    /**
     * Begins with what was found in the repository and what is known from before. Call once, before anything else.
     *
     * @return what should be served, for the manager's first load
     */
    public List<ModelDefinition> adopt(List<ModelDefinition> found) {
        for (SavedModel saved : wanted.state().models().values()) {
            if (!saved.labels().isEmpty()) {
                wanted.routes().labels(saved.name(), SavedIntents.labels(saved));
            }
        }
        return wanted.adopt(found);
    }

    /**
     * What served before the server was started: the same definitions without the versions that are newer. Those are then loaded
     * as they would have been while it ran, beside what serves, so that what was refused stays refused.
     *
     * @param definitions what {@link #adopt} has answered
     */
    public List<ModelDefinition> asServedBefore(List<ModelDefinition> definitions) {
        return definitions.stream()
                .map(definition -> ServedBefore.of(definition, saved(definition.name())))
                .toList();
    }

    /** Is to hear of every event of the manager. Never blocks. */
    public void versionChanged(ModelEvent event) {
        waits.changed(event.key().name());
        history.look();
    }

    /**
     * The repository holds this now: loads and retires accordingly, soon. That is no operation, and is never refused; of several
     * that wait the last one counts. Never blocks.
     */
    public void found(List<ModelDefinition> definitions) {
        changes.found(definitions);
    }

    /** Looks into the repository and loads and retires accordingly; ends as the manager's reconciling does. */
    public CompletionStage<List<LoadReport>> rescan() {
        return thread.run(() -> {
            wanted.scan();
            return wanted.reconcile();
        });
    }

    /**
     * Loads a model that was unloaded, changed or failed; with a version, loads that one and keeps it besides those that the
     * model's policy chooses. Fails with MODEL_NOT_FOUND when it is not in the repository, and with LOAD_FAILED, the step and
     * the reason when it cannot be served.
     *
     * @param actor who wants it, for the audit
     * @return what is there when the load is over
     */
    public CompletionStage<ServingSnapshot> load(String actor, String model, OptionalLong version) {
        return thread.run(() -> thread.exclusively(model, "load", () -> versions.load(actor, model, version)));
    }

    /**
     * Takes a model, or one of its versions, away until it is loaded again; over restarts too. Fails with CONFLICT for a version
     * that carries a label, or is the only one that can serve, and with LOAD_FAILED where no other one turns out to be able to:
     * that version serves on then, and is wanted as before.
     *
     * @param actor who wants it, for the audit
     * @return what is there when its memory is free, or after a while when requests still use it
     */
    public CompletionStage<ServingSnapshot> unload(String actor, String model, OptionalLong version) {
        return thread.run(() -> thread.exclusively(model, "unload", () -> versions.unload(actor, model, version)));
    }

    /**
     * Loads the versions of a model that serve once more from their files, and puts them in the place of those that serve. Fails with
     * LOAD_FAILED when one cannot be loaded; what served before goes on then.
     *
     * @param actor who wants it, for the audit
     * @return what is there when the load is over
     */
    public CompletionStage<ServingSnapshot> reload(String actor, String model) {
        return thread.run(() -> thread.exclusively(model, "reload", () -> versions.reload(actor, model)));
    }

    /**
     * Moves a label to a version that is ready; requests by that label go there once this is answered. Fails with CONFLICT for a
     * version that was unloaded, though it may be ready still.
     *
     * @param actor who wants it, for the audit
     */
    public CompletionStage<LabelChange> label(String actor, String model, String label, long version) {
        return thread.run(() -> labels.label(actor, model, label, version));
    }

    /**
     * Takes a label away; without {@code stable} the newest version that is ready is the default.
     *
     * @param actor who wants it, for the audit
     */
    public CompletionStage<LabelChange> removeLabel(String actor, String model, String label) {
        return thread.run(() -> labels.removeLabel(actor, model, label));
    }

    /**
     * Makes the version that served before the present one the default, by the label {@code stable}. At once where that version
     * is resident; else it is loaded first, while the present one serves on, and is not unloaded any more. The present one is
     * that which is labelled {@code stable} whether it serves or not, else the default, else the last that served. Fails with
     * CONFLICT when there is none before.
     *
     * @param actor who wants it, for the audit
     */
    public CompletionStage<Rollback> rollback(String actor, String model) {
        return thread.run(() -> labels.rollback(actor, model));
    }

    /** What is known of that model beyond its folder. */
    public SavedModel saved(String model) {
        return wanted.state().model(model);
    }

    /** Operations refused because too many waited. */
    public long refusals() {
        return thread.refusals();
    }

    /** Takes no more operations; those that have not ended fail. */
    @Override
    public void close() {
        thread.close();
    }
}
