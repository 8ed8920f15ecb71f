package dev.sluice.loader.runtime;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the runtime opens and runs one version; every option in words.
 *
 * <p>Threading: immutable.
 *
 * @param device where it runs
 * @param fallbackToCpu whether the CPU takes over (logged) where {@code device} is not there
 * @param intraOpThreads threads inside one operator, in [0, 1024]; 0 = chosen from the CPU quota
 * @param interOpThreads threads over operators, in [0, 1024]; 0 = chosen; used by {@link ExecutionMode#PARALLEL} only
 * @param spinning whether idle runtime threads burn CPU while they wait; off by default
 * @param graphOptimization how far the graph is rewritten at load
 * @param executionMode operators one after the other, or independent ones at once
 * @param memoryArena whether freed memory is kept for the next run
 * @param arenaShrinkage whether the arena gives memory back after each run
 * @param memoryPattern whether the allocation plan of one run is reused by the next of equal shapes
 * @param providers execution providers in order of preference, before the CPU's own
 * @param sessionEntries further session configuration entries of the runtime, passed through
 * @param optimizedModelPath where the optimised graph is saved, or null
 * @param profilePath prefix of a profiling file, or null
 */
public record RuntimeOptions(
        Device device,
        boolean fallbackToCpu,
        int intraOpThreads,
        int interOpThreads,
        boolean spinning,
        GraphOptimization graphOptimization,
        ExecutionMode executionMode,
        boolean memoryArena,
        boolean arenaShrinkage,
        boolean memoryPattern,
        List<Provider> providers,
        Map<String, String> sessionEntries,
        @Nullable Path optimizedModelPath,
        @Nullable Path profilePath) {
    /** How far the graph is rewritten at load. */
    public enum GraphOptimization {
        OFF,
        BASIC,
        EXTENDED,
        ALL
    }

    public enum ExecutionMode {
        SEQUENTIAL,
        PARALLEL
    }

    /**
     * One execution provider.
     *
     * @param name lower case: {@code cuda}, {@code tensorrt}, {@code openvino}, {@code dnnl}, {@code xnnpack}, {@code coreml}
     * @param options passed through as they are
     */
    public record Provider(String name, Map<String, String> options) {
        public Provider {
            options = Map.copyOf(options);
        }
    }

    /** CPU, threads from the quota, no spinning, all graph optimisations, sequential, arena on. */
    public static final RuntimeOptions DEFAULT = new RuntimeOptions(
            Device.CPU,
            false,
            0,
            0,
            false,
            GraphOptimization.ALL,
            ExecutionMode.SEQUENTIAL,
            true,
            false,
            true,
            List.of(),
            Map.of(),
            null,
            null);

    public RuntimeOptions {
        requireThreads("intra-op threads", intraOpThreads);
        requireThreads("inter-op threads", interOpThreads);
        providers = List.copyOf(providers);
        sessionEntries = Map.copyOf(new LinkedHashMap<>(sessionEntries));
    }

    /** The same on the CPU, by its own provider, writing no files. */
    public RuntimeOptions onCpu() {
        return new RuntimeOptions(
                Device.CPU,
                false,
                intraOpThreads,
                interOpThreads,
                spinning,
                graphOptimization,
                executionMode,
                memoryArena,
                arenaShrinkage,
                memoryPattern,
                List.of(),
                sessionEntries,
                null,
                null);
    }

    private static void requireThreads(String what, int threads) {
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException(what + " must be between 0 and 1024, got " + threads);
        }
    }
}
