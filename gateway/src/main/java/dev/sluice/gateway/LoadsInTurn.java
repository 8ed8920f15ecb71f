package dev.sluice.gateway;

import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Loads the versions of models that are loaded on demand, each for as long as its gate takes: a thousand of them need not fit in
 * memory together.
 *
 * <p>Threading: {@link #load} blocks and is confined to one thread.
 */
final class LoadsInTurn {
    /** So long a version may take to close; the next one then waits for its memory. */
    private static final int CLOSE_SECONDS_MAX = 30;

    private final ModelManager models;
    private final List<ModelDefinition> beside;

    /** One entry at most: the version that is being closed. */
    private final Map<ModelKey, CompletableFuture<Boolean>> closing = new ConcurrentHashMap<>();

    /**
     * @param beside models that are loaded all the while, as they are in service
     */
    LoadsInTurn(ModelManager models, List<ModelDefinition> beside) {
        this.models = models;
        this.beside = List.copyOf(beside);
        models.addListener(event -> {
            CompletableFuture<Boolean> waiting = closing.get(event.key());
            if (waiting != null && event.state() == ModelState.CLOSED) {
                waiting.complete(true);
            }
        });
    }

    /** Loads all versions of a model that should serve, and those that stand in for one that the gate refuses. */
    List<LoadReport> load(ModelDefinition definition) {
        List<LoadReport> reports = new ArrayList<>();
        Set<Long> tried = new HashSet<>();
        Set<Long> refused = new HashSet<>();
        Optional<VersionFiles> next = next(definition, tried, refused);
        while (next.isPresent()) {
            ModelKey key = next.get().key();
            tried.add(key.version());
            LoadReport report = loadAlone(key, definition.alone(key.version()));
            if (!report.ok() && !report.isOutOfMemory()) {
                refused.add(key.version());
            }
            reports.add(report);
            next = next(definition, tried, refused);
        }
        return reports;
    }

    private static Optional<VersionFiles> next(ModelDefinition definition, Set<Long> tried, Set<Long> refused) {
        return definition.versions(refused).stream()
                .filter(files -> !tried.contains(files.key().version()))
                .findFirst();
    }

    private LoadReport loadAlone(ModelKey key, ModelDefinition alone) {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        closing.put(key, closed);
        List<ModelDefinition> wanted = new ArrayList<>(beside);
        wanted.add(alone);
        LoadReport report = models.reconcile(wanted).toCompletableFuture().join().stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
        models.reconcile(beside).toCompletableFuture().join();
        if (report.ok()) {
            closed.completeOnTimeout(false, CLOSE_SECONDS_MAX, TimeUnit.SECONDS).join();
        }
        closing.remove(key);
        return report;
    }
}
