package dev.sluice.gateway.control;

import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.ModelRepository;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.state.AuditEntry;
import dev.sluice.state.SavedModel;
import dev.sluice.state.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What should be served: what lies in the repository, and what operators have said about it.
 *
 * <p>Threading: confined to the control thread; {@link #adopt} before there are operations.
 */
final class WantedModels {
    private static final int NAMES_LISTED_MAX = 20;

    private final ModelRepository repository;
    private final ModelManager models;
    private final StateStore state;
    private final RoutePublisher routes;
    private final InstantSource clock;
    private List<ModelDefinition> scanned = List.of();
    private Runnable beforeChange = () -> {};

    WantedModels(
            ModelRepository repository,
            ModelManager models,
            StateStore state,
            RoutePublisher routes,
            InstantSource clock) {
        this.repository = repository;
        this.models = models;
        this.state = state;
        this.routes = routes;
        this.clock = clock;
    }

    /** From now on runs this before what serves may change. */
    void beforeChange(Runnable action) {
        beforeChange = action;
    }

    ModelManager models() {
        return models;
    }

    RoutePublisher routes() {
        return routes;
    }

    StateStore state() {
        return state;
    }

    InstantSource clock() {
        return clock;
    }

    /** Takes this for what lies in the repository; what should be served because of it. */
    List<ModelDefinition> adopt(List<ModelDefinition> definitions) {
        found(definitions);
        return merged();
    }

    private List<ModelDefinition> merged() {
        return scanned.stream()
                .map(definition -> SavedIntents.merge(definition, state.model(definition.name())))
                .toList();
    }

    /**
     * Looks into the repository.
     *
     * @throws dev.sluice.loader.repository.RepositoryException when it cannot be read; what was found before stays
     */
    void scan() {
        scanned = repository.scan();
    }

    /** Takes this for what lies in the repository from now on. */
    void found(List<ModelDefinition> definitions) {
        scanned = List.copyOf(definitions);
    }

    /** Has the manager bring about what should be served; the routes follow as it does. */
    void apply() {
        beforeChange.run();
        models.begin(merged());
    }

    /** The same for whoever waits for the end of all loads. */
    CompletionStage<List<LoadReport>> reconcile() {
        beforeChange.run();
        return models.reconcile(merged());
    }

    /**
     * A model as it was found, with what is said about it.
     *
     * @throws InferenceException with MODEL_NOT_FOUND when there is none
     */
    ModelDefinition definition(String model) {
        for (ModelDefinition definition : scanned) {
            if (definition.name().equals(model)) {
                return SavedIntents.merge(definition, state.model(model));
            }
        }
        throw new InferenceException(
                ErrorCode.MODEL_NOT_FOUND,
                "model '" + model + "' is not in the repository; there are: "
                        + scanned.stream()
                                .map(ModelDefinition::name)
                                .limit(NAMES_LISTED_MAX)
                                .collect(Collectors.joining(", ")));
    }

    /**
     * Makes sure that a version lies in its model's folder.
     *
     * @throws InferenceException with MODEL_NOT_FOUND when it does not
     */
    static void requireVersion(ModelDefinition definition, long version) {
        if (!versions(definition).contains(version)) {
            throw new InferenceException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model '" + definition.name() + "' has no version " + version + " in its folder; there are: "
                            + versions(definition));
        }
    }

    /** Whether an operator has taken that version away; it may be ready still, until another has taken its place. */
    static boolean isUnloaded(ModelDefinition definition, long version) {
        return definition.intent().stopped()
                || definition.intent().stoppedVersions().contains(version);
    }

    /** Versions that lie in a model's folder, ascending. */
    static Set<Long> versions(ModelDefinition definition) {
        return definition.available().stream()
                .map(VersionFiles::key)
                .map(ModelKey::version)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is saved about a model, without what was said about versions that are gone. */
    SavedModel saved(ModelDefinition definition) {
        return state.model(definition.name()).keepingVersions(versions(definition));
    }

    /** Keeps what is so from now on about a model, and who had it done. */
    void save(SavedModel changed, String actor, String operation, String detail) {
        state.save(List.of(changed), new AuditEntry(clock.instant(), actor, operation, changed.name(), detail));
    }

    @Nullable VersionStatus status(String model, long version) {
        return models.snapshot().status(new ModelKey(model, version));
    }

    ServingSnapshot snapshot() {
        return models.snapshot();
    }
}
