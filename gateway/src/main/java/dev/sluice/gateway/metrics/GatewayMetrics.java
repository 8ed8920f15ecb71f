package dev.sluice.gateway.metrics;

import dev.sluice.gateway.pipeline.PipelineObserver;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers and resolves the meters of the process.
 *
 * <p>Bound: the meters of a version are resolved once and dropped with {@link #forget}; no tag comes from a request.
 *
 * <p>Threading: thread-safe; the observers are lock-free once a version's meters exist.
 */
public final class GatewayMetrics implements AutoCloseable {
    /** Upper bounds of the latency histograms: 50 µs to 30 s, aggregatable over replicas. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(50_000),
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final List<DoubleSupplier> counters = new CopyOnWriteArrayList<>();
    private final Map<ModelKey, VersionMeters> versions = new ConcurrentHashMap<>();

    public GatewayMetrics() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Registers a value that is read at every scrape. */
    public void gauge(MeterName name, DoubleSupplier value) {
        Gauge.builder(name.prometheusName(), value::getAsDouble)
                .description(name.meaning())
                .strongReference(true)
                .register(registry);
    }

    /** Registers a count that only grows and is read at every scrape. */
    public void counter(MeterName name, DoubleSupplier value) {
        counters.add(value); // the registry itself holds it weakly
        FunctionCounter.builder(name.prometheusName(), value, DoubleSupplier::getAsDouble)
                .description(name.meaning())
                .register(registry);
    }

    /** Records how requests end. */
    public PipelineObserver pipelineObserver() {
        return (key, nanos, failure) -> meters(key).ended(nanos, failure);
    }

    /** Records the stages of the requests of one version. */
    public StageObserver stageObserver(ModelKey key) {
        VersionMeters meters = meters(key);
        return (totalNanos, timing, failure) -> {
            if (failure == null) {
                meters.stages(timing);
            }
        };
    }

    /** Drops the meters of a version that is gone. */
    public void forget(ModelKey key) {
        VersionMeters meters = versions.remove(key);
        if (meters != null) {
            meters.remove();
        }
    }

    /** Everything in the Prometheus text format, version 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private VersionMeters meters(ModelKey key) {
        VersionMeters meters = versions.get(key);
        return meters != null ? meters : versions.computeIfAbsent(key, VersionMeters::new);
    }

    private Timer timer(MeterName name, ModelKey key, String tag, String value) {
        return Timer.builder(withoutUnit(name))
                .description(name.meaning())
                .tags("model", key.name(), "version", Long.toString(key.version()), tag, value)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** The registry appends the unit of a timer itself. */
    private static String withoutUnit(MeterName name) {
        return name.prometheusName().replace("_seconds", "");
    }

    private final class VersionMeters {
        private final ModelKey key;
        private final Timer success;
        private final Map<ErrorCode, Timer> failures = new EnumMap<>(ErrorCode.class);
        private final Timer queue;
        private final Timer gather;
        private final Timer infer;
        private final Timer scatter;

        VersionMeters(ModelKey key) {
            this.key = key;
            success = timer(MeterName.REQUEST_SECONDS, key, "outcome", "success");
            queue = timer(MeterName.STAGE_SECONDS, key, "stage", "queue");
            gather = timer(MeterName.STAGE_SECONDS, key, "stage", "gather");
            infer = timer(MeterName.STAGE_SECONDS, key, "stage", "infer");
            scatter = timer(MeterName.STAGE_SECONDS, key, "stage", "scatter");
        }

        void ended(long nanos, @Nullable InferenceException failure) {
            if (failure == null) {
                success.record(nanos, TimeUnit.NANOSECONDS);
                return;
            }
            Timer timer;
            synchronized (failures) {
                timer = failures.computeIfAbsent(
                        failure.code(),
                        code -> timer(
                                MeterName.REQUEST_SECONDS,
                                key,
                                "outcome",
                                code.name().toLowerCase(Locale.ROOT)));
            }
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }

        void stages(InferTiming timing) {
            queue.record(timing.queueNanos(), TimeUnit.NANOSECONDS);
            gather.record(timing.inputNanos(), TimeUnit.NANOSECONDS);
            infer.record(timing.inferNanos(), TimeUnit.NANOSECONDS);
            scatter.record(timing.outputNanos(), TimeUnit.NANOSECONDS);
        }

        void remove() {
            registry.remove(success);
            registry.remove(queue);
            registry.remove(gather);
            registry.remove(infer);
            registry.remove(scatter);
            synchronized (failures) {
                failures.values().forEach(registry::remove);
            }
        }
    }
}
