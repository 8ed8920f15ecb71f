package dev.sluice.gateway.pipeline;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.loader.lifecycle.LoadReport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One load that is under way, and the requests that wait for its end now.
 *
 * <p>The load itself knows this only, not the requests: one that gives up leaves nothing behind that lives as long as the load.
 *
 * <p>Bound: that of {@link AwaitedLoads} over all loads.
 *
 * <p>Threading: thread-safe; guarded by {@code this}, under which nothing is called.
 */
final class AwaitedLoad {
    /** In the order in which they came. */
    @GuardedBy("this") private final Set<Awakening> waiting = new LinkedHashSet<>();

    @GuardedBy("this") private boolean over;

    @GuardedBy("this") private @Nullable LoadReport report;

    /** From now on {@code request} is told of the end, which may have been already. */
    void add(Awakening request) {
        LoadReport told;
        synchronized (this) {
            if (!over) {
                waiting.add(request);
                return;
            }
            told = report;
        }
        request.loadEnded(told);
    }

    /** Forgets a request that waits no longer. */
    synchronized void remove(Awakening request) {
        waiting.remove(request);
    }

    /**
     * The load is over: tells all who wait.
     *
     * @param ended null when the server is on its way down
     */
    void end(@Nullable LoadReport ended) {
        List<Awakening> told;
        synchronized (this) {
            over = true;
            report = ended;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(request -> request.loadEnded(ended));
    }
}
