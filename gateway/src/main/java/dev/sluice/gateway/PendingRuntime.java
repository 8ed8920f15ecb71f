package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.runtime.onnx.NativeCache;
import dev.sluice.loader.runtime.onnx.NativeLibraries;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.TensorPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * ONNX Runtime on its way: its libraries are found or unpacked, loaded and tested on a thread of their own while the rest of the
 * process starts.
 *
 * <p>Threading: confined to the starting thread.
 */
final class PendingRuntime {
    private final TensorPool pool;
    private final GatewayConfig config;
    private final Optional<NativeCache> cache;
    private final StartStep<OnnxModelLoader> loader;

    private PendingRuntime(
            TensorPool pool, GatewayConfig config, Optional<NativeCache> cache, StartStep<OnnxModelLoader> loader) {
        this.pool = pool;
        this.config = config;
        this.cache = cache;
        this.loader = loader;
    }

    /**
     * Begins.
     *
     * @throws GatewayStartException if there is no folder for the libraries
     */
    static PendingRuntime begin(GatewayConfig config) {
        Runtime process = Runtime.getRuntime();
        // The JVM bounds direct memory by the size of the heap where nothing else is said.
        TensorPool pool = new TensorPool(config.limits().tensorMemoryBytesFor(process.maxMemory()));
        Optional<NativeCache> cache = NativeLibraries.areGiven() ? Optional.empty() : Optional.of(openCache(config));
        StartStep<OnnxModelLoader> loader = StartStep.begin("sluice-start-runtime", () -> {
            if (cache.isPresent()) {
                unpack(config, cache.get());
            }
            return new OnnxModelLoader(
                    pool, process.availableProcessors(), "1".equals(System.getenv("ORT_DISABLE_TELEMETRY")));
        });
        return new PendingRuntime(pool, config, cache, loader);
    }

    private static NativeCache openCache(GatewayConfig config) {
        if (config.nativeCache().isPresent()) {
            return NativeCache.in(config.nativeCache().get(), Instant.now());
        }
        try {
            return removedAtExit(NativeCache.ofUser(
                    System::getenv, System.getProperty("user.home"), temporaryFolder(), Instant.now()));
        } catch (IOException e) {
            throw new GatewayStartException(
                    "there is no folder for the native libraries (native-cache): " + e.getMessage(), e);
        }
    }

    private static void unpack(GatewayConfig config, NativeCache cache) throws IOException {
        try {
            new NativeLibraries(cache.folder()).prepare();
        } catch (IOException e) {
            if (config.nativeCache().isPresent() || !cache.isKept()) {
                throw e;
            }
            // The user's folder is full, or its quota is used up.
            new NativeLibraries(removedAtExit(NativeCache.temporary(temporaryFolder()))
                            .folder())
                    .prepare();
        }
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** However this process ends, unless it is killed. */
    private static NativeCache removedAtExit(NativeCache cache) {
        if (!cache.isKept()) {
            Runtime.getRuntime().addShutdownHook(new Thread(cache::close, "sluice-native-removal"));
        }
        return cache;
    }

    /** Memory of tensors. */
    TensorPool pool() {
        return pool;
    }

    /**
     * Where native libraries of others may be unpacked. A folder is looked for only then where the operator has unpacked the
     * runtime's; call it at most once in that case.
     *
     * @throws GatewayStartException if there is none
     */
    Path libraries() {
        return cache.orElseGet(() -> openCache(config)).folder();
    }

    /** Where other native libraries may lie for as long as they are being loaded; empty where that is for their loader to say. */
    Optional<Path> scratch() {
        return cache.flatMap(NativeCache::scratch);
    }

    /**
     * Waits until the runtime can open models.
     *
     * @throws GatewayStartException if it cannot be had
     */
    OnnxModelLoader await() {
        try {
            return loader.await();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof IOException) {
                throw new GatewayStartException(
                        "the native libraries cannot be unpacked to "
                                + cache.map(NativeCache::folder).orElseThrow() + " (native-cache): "
                                + cause.getMessage(),
                        cause);
            }
            if (cause instanceof LinkageError) {
                throw new GatewayStartException(
                        "ONNX Runtime's native libraries cannot be loaded: " + cause.getMessage()
                                + " (where their folder is mounted noexec, native-cache names another)",
                        cause);
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new GatewayStartException(String.valueOf(cause.getMessage()), cause);
        }
    }
}
