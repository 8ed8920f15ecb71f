package dev.sluice.state;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known of models beyond their folders: labels, what was loaded and unloaded by hand, and which versions have served.
 *
 * <p>All of it is in memory as one immutable map; the file is read once and then only written. A change is in the file before it
 * is in the map, and before whoever asked for it hears of it.
 *
 * <p>Bounds: {@value #MODELS_MAX} models, {@value #WRITES_WAITING_MAX} writes that wait.
 *
 * <p>Threading: thread-safe. Reading is lock-free, writing blocks until the one writing thread has made it durable.
 */
public final class StateStore implements AutoCloseable {
    /** Most models about which something is known. */
    public static final int MODELS_MAX = 100_000;

    private static final int WRITES_WAITING_MAX = 256;
    private static final int AUDIT_IN_MEMORY_MAX = 1_000;
    private static final long CLOSE_SECONDS_MAX = 10;

    private final @Nullable StateDatabase database;
    private final ThreadPoolExecutor writer;
    /** Where there is no file; only the writing thread touches it. */
    private final Deque<AuditEntry> auditInMemory = new ArrayDeque<>();

    private volatile SortedMap<String, SavedModel> models;

    private StateStore(@Nullable StateDatabase database, Map<String, SavedModel> models) {
        this.database = database;
        this.models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        writer = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WRITES_WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "sluice-state");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * The state in {@code folder}, which is made where it is missing.
     *
     * @param scratch where SQLite's library may be written for as long as it is being loaded; empty = the folder for temporary
     *     files
     * @throws StateException if the folder cannot be used, or holds what must not be touched
     */
    public static StateStore open(Path folder, Optional<Path> scratch) {
        StateDatabase database = StateDatabase.open(folder.toAbsolutePath(), scratch);
        try {
            return new StateStore(database, database.read());
        } catch (StateException e) {
            database.close();
            throw e;
        }
    }

    /** Nothing known, and nothing kept beyond the end of the process. */
    public static StateStore inMemory() {
        return new StateStore(null, Map.of());
    }

    /** Whether what is saved survives the process. */
    public boolean isKept() {
        return database != null;
    }

    /** What is known of that model. */
    public SavedModel model(String name) {
        SavedModel known = models.get(name);
        return known == null ? SavedModel.unknown(name) : known;
    }

    /** All about which something is known, by name. */
    public SortedMap<String, SavedModel> models() {
        return models;
    }

    /**
     * Makes these all that is known of their models, durably and all at once.
     *
     * @param entry who did what, written with it; null where nobody did
     * @throws StateException if it cannot be written; nothing is changed then
     */
    public void save(Collection<SavedModel> changed, @Nullable AuditEntry entry) {
        List<SavedModel> all = List.copyOf(changed);
        onWriter(() -> {
            SortedMap<String, SavedModel> next = new TreeMap<>(models);
            all.forEach(model -> next.put(model.name(), model));
            if (next.size() > MODELS_MAX) {
                throw new StateException(
                        StateException.Kind.UNAVAILABLE,
                        "the state of at most " + MODELS_MAX + " models can be kept, got " + next.size());
            }
            if (database != null) {
                database.write(all, entry);
            } else if (entry != null) {
                auditInMemory.addFirst(entry);
                while (auditInMemory.size() > AUDIT_IN_MEMORY_MAX) {
                    auditInMemory.removeLast();
                }
            }
            models = Collections.unmodifiableSortedMap(next);
            return next;
        });
    }

    /** The newest entries of who did what, newest first; blocks. */
    public List<AuditEntry> audit(int max) {
        return onWriter(() -> database != null
                ? database.audit(max)
                : new ArrayList<>(auditInMemory).subList(0, Math.min(max, auditInMemory.size())));
    }

    private <T> T onWriter(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        try {
            writer.execute(future);
            return future.get();
        } catch (RejectedExecutionException e) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE,
                    "the state takes no more changes: it is closed, or " + WRITES_WAITING_MAX + " wait already",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StateException known) {
                throw known;
            }
            throw new IllegalStateException("writing the state failed unexpectedly", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "waiting for the state to be written was interrupted", e);
        }
    }

    /** Writes what waits and closes the file; blocks. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return; // a write hangs: closing the file under it would help nobody
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (database != null) {
            database.close();
        }
    }
}
