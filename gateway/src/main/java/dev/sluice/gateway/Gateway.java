package dev.sluice.gateway;

import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.routing.Router;
import dev.sluice.gateway.cli.BuildVersion;
import dev.sluice.gateway.config.ControlConfig;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.HttpConfig;
import dev.sluice.gateway.control.Availability;
import dev.sluice.gateway.control.FeedbackService;
import dev.sluice.gateway.control.LoadLog;
import dev.sluice.gateway.control.ModelCatalog;
import dev.sluice.gateway.control.ModelOperations;
import dev.sluice.gateway.control.Readiness;
import dev.sluice.gateway.control.RoutePublisher;
import dev.sluice.gateway.http.CodecThreads;
import dev.sluice.gateway.http.ConnectionGuard;
import dev.sluice.gateway.http.ControlPort;
import dev.sluice.gateway.http.ControlPortOptions;
import dev.sluice.gateway.http.HeapBudget;
import dev.sluice.gateway.http.HttpFront;
import dev.sluice.gateway.http.HttpFrontOptions;
import dev.sluice.gateway.http.HttpFronts;
import dev.sluice.gateway.http.WarmUp;
import dev.sluice.gateway.metrics.BreakerMetrics;
import dev.sluice.gateway.metrics.FeedbackMetrics;
import dev.sluice.gateway.metrics.GatewayMetrics;
import dev.sluice.gateway.metrics.HttpMetrics;
import dev.sluice.gateway.metrics.LatencyMetrics;
import dev.sluice.gateway.metrics.LogMetrics;
import dev.sluice.gateway.metrics.MemoryMetrics;
import dev.sluice.gateway.metrics.MeterName;
import dev.sluice.gateway.metrics.MetricsPort;
import dev.sluice.gateway.metrics.ValidationMetrics;
import dev.sluice.gateway.metrics.VersionMetrics;
import dev.sluice.gateway.pipeline.AdmissionControl;
import dev.sluice.gateway.pipeline.AwaitedLoads;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.gateway.resilience.SteadyClock;
import dev.sluice.gateway.validation.ValidatingInspector;
import dev.sluice.gateway.validation.Validators;
import dev.sluice.loader.batching.StageObserver;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelListener;
import dev.sluice.loader.lifecycle.ModelManager;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.RepositoryWatcher;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.loader.transform.image.DecodeBudget;
import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.state.StateException;
import dev.sluice.state.StateStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: creates every part and hands it to those that need it; stops them in the opposite order.
 *
 * <p>Threading: start and close block; call them on a thread of their own, never on an event loop.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int CODEC_WAITING_MAX = 256;
    private static final int BODIES_SHARE_OF_HEAP = 4;
    private static final long LOOP_TASK_MILLIS_MAX = 50;
    /** Long enough for a busy client to see on each of its connections that it ends. */
    private static final Duration ANNOUNCE_TIME = Duration.ofMillis(100);

    private static final Duration STEP_TIME_MIN = Duration.ofMillis(500);

    private final GatewayConfig config;
    private final Vertx vertx;
    private final ModelRuntime runtime;
    private final GatewayMetrics metrics;
    private final CodecThreads codecThreads;
    private final AdmissionControl admission;
    private final AwaitedLoads loads;
    private final ConnectionGuard connections;
    private final HeapBudget bodies;
    private final Readiness readiness;
    private final HttpFront http;
    private final MetricsPort metricsPort;
    private final ControlPort controlPort;
    private final StateStore state;
    private final ModelOperations operations;
    private final Recording recording;
    private int httpPort;
    private int boundControlPort;
    private int boundMetricsPort;
    private boolean closed;

    private Gateway(GatewayConfig config, StartupListener listener) {
        this.config = config;
        int loops = loops(config.http());
        PendingRuntime pending = PendingRuntime.begin(config);
        StartStep<Boolean> codeWarm = StartStep.begin("sluice-start-warm-up", WarmUp::code);
        PendingState pendingState = PendingState.begin(config, pending.scratch());
        HttpFronts.prepareEngine(pending.scratch());
        connections = new ConnectionGuard(
                config.http().connectionsMax(), config.http().idleTimeout());
        ConnectionGuard controlConnections =
                new ConnectionGuard(ControlPort.CONNECTIONS_MAX, config.http().idleTimeout());
        bodies = new HeapBudget(Runtime.getRuntime().maxMemory() / BODIES_SHARE_OF_HEAP);
        vertx = HttpFronts.vertx(
                new VertxOptions()
                        // No files are served, so no folder for copies of them is needed under /tmp.
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false))
                        .setEventLoopPoolSize(loops)
                        .setMaxEventLoopExecuteTime(LOOP_TASK_MILLIS_MAX)
                        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                        .setBlockedThreadCheckInterval(LOOP_TASK_MILLIS_MAX)
                        .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS),
                connections,
                controlConnections);
        metrics = new GatewayMetrics();
        LatencyMetrics latency = new LatencyMetrics();
        Router router = new Router(Map.of());
        Breakers breakers =
                new Breakers(router, new SteadyClock(InstantSource.system(), NanoClock.system()), this::wake);
        runtime = openRuntime(pending, key -> breakers.recording(key, latency.stageObserver(key)));
        ModelManager models = runtime.models();
        PendingState.Opened opened = openState(pendingState);
        state = opened.store();
        RoutePublisher routes = new RoutePublisher(models, router);
        operations = new ModelOperations(runtime.repository(), models, state, routes, InstantSource.system());
        LoadLog loadLog = new LoadLog(models);
        Validators validators = runtime.validators();
        models.addListener(new ModelListener() {
            @Override
            public void changed(ModelEvent event) {
                breakers.modelsChanged(event, models.snapshot());
                operations.versionChanged(event);
                loadLog.versionChanged(event);
                validators.versionChanged(event, models.snapshot());
                if (event.state() == ModelState.CLOSED) {
                    latency.forget(event.key());
                }
            }

            @Override
            public void published(ServingSnapshot snapshot) {
                validators.published(snapshot);
                // First the routes: no request may find a version that is out without its breaker.
                routes.publish();
                breakers.published(snapshot);
            }
        });
        codecThreads = new CodecThreads(Math.max(2, loops), CODEC_WAITING_MAX);
        admission = new AdmissionControl(config.limits().concurrentRequests());
        loads = new AwaitedLoads(models, config.limits().requestsAwaitingLoadsMax());
        readiness = new Readiness(
                () -> Availability.isReady(models.snapshot(), config.readiness().strict()));
        TensorPool pool = runtime.pool();
        recording = new Recording(
                config,
                opened.folder(),
                pending.scratch(),
                pool.bytesMax(),
                "sluice " + new BuildVersion().sluice(),
                InstantSource.system());
        InputLog inputLog = recording.inputLog();
        InferencePipeline pipeline = new InferencePipeline(
                admission,
                router,
                breakers,
                models,
                loads,
                runtime.runner(latency::transformed),
                latency,
                new ValidatingInspector(validators),
                inputLog);
        ModelCatalog catalog = new ModelCatalog(models, router, routes, breakers, new BuildVersion().sluice());
        http = HttpFronts.create(
                vertx,
                options(config, loops),
                pipeline,
                catalog,
                operations,
                new FeedbackService(recording.feedback(), models::snapshot),
                readiness,
                pool,
                limits(config.http()),
                codecThreads,
                bodies,
                connections,
                new SecureRandom());
        controlPort = HttpFronts.control(
                vertx, controlOptions(config), catalog, operations, bodies, controlConnections, new SecureRandom());
        HttpMetrics httpMetrics = new HttpMetrics(() -> http.responses().snapshot());
        VersionMetrics versionMetrics = new VersionMetrics(models);
        BreakerMetrics breakerMetrics = new BreakerMetrics(breakers);
        ValidationMetrics validationMetrics = new ValidationMetrics(validators);
        MemoryMetrics memory = new MemoryMetrics(models.budget());
        LogMetrics logMetrics = new LogMetrics(inputLog);
        FeedbackMetrics feedbackMetrics = new FeedbackMetrics(recording.feedback());
        metricsPort = new MetricsPort(
                vertx,
                List.of(
                        metrics::scrape,
                        latency::scrape,
                        versionMetrics::scrape,
                        breakerMetrics::scrape,
                        validationMetrics::scrape,
                        httpMetrics::scrape,
                        memory::scrape,
                        logMetrics::scrape,
                        recording::scrapeFiles,
                        feedbackMetrics::scrape));
        registerMeters(router, pool);
        runtime.load(listener, opened.warning(), operations::adopt, operations::asServedBefore);
        recording.warn(models.snapshot().definitions().values());
        routes.publish();
        runtime.watch(operations::found);
        WarmUp.metadata(catalog, List.copyOf(models.snapshot().definitions().keySet()));
        await(codeWarm);
        listen();
        WarmUp.socket(config.http().host(), httpPort, connections::count);
        http.resetCounts();
        recording.feedback().ifPresent(FeedbackStore::begin);
    }

    /**
     * Loads the models and starts listening; blocks until both are done.
     *
     * @throws dev.sluice.loader.repository.RepositoryException if a repository folder cannot be read
     * @throws StateException if the configured folder for the state cannot be used, or holds what must not be touched
     * @throws GatewayStartException if the runtime or a port cannot be had
     */
    public static Gateway start(GatewayConfig config, StartupListener listener) {
        return new Gateway(config, listener);
    }

    /** The data port that is really listened on. */
    public int httpPort() {
        return httpPort;
    }

    /** The metrics port that is really listened on; 0 when metrics are off. */
    public int metricsPort() {
        return boundMetricsPort;
    }

    /** The control port that is really listened on; 0 when there is none. */
    public int controlPort() {
        return boundControlPort;
    }

    /**
     * Stops: readiness falls, the configured lag passes, requests in flight end (within the configured time), then everything
     * is closed. Calling it again does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        readiness.stopping();
        http.announceClose();
        Duration lag = config.shutdown().lag();
        pause(lag.compareTo(ANNOUNCE_TIME) > 0 ? lag : ANNOUNCE_TIME);
        // One deadline for all steps: what is slow takes from what comes after it, and the sum stays what was
        // configured.
        long end = System.nanoTime() + config.shutdown().timeout().toNanos();
        await(http.stop(left(end)), left(end), "stopping the data port");
        if (admission.inUse() > 0) {
            LOG.warn("event=shutdown_timeout requests_in_flight={}", admission.inUse());
        }
        codecThreads.close();
        operations.close();
        await(controlPort.stop(left(end)), left(end), "stopping the control port");
        runtime.close(left(end));
        recording.close(left(end));
        state.close();
        await(metricsPort.stop(), left(end), "stopping the metrics port");
        await(vertx.close(), left(end), "stopping the event loops");
        metrics.close();
    }

    /** A request needs a version that rests until it is asked for; another request will see how the load ended. */
    private void wake(ModelKey key) {
        loads.begin(key);
    }

    private ModelRuntime openRuntime(PendingRuntime pending, Function<ModelKey, StageObserver> stageObserver) {
        try {
            return new ModelRuntime(config, pending, stageObserver);
        } catch (GatewayStartException e) {
            await(vertx.close(), STEP_TIME_MIN, "stopping the event loops");
            throw e;
        }
    }

    private PendingState.Opened openState(PendingState pending) {
        try {
            return pending.await();
        } catch (StateException | GatewayStartException e) {
            runtime.close();
            await(vertx.close(), STEP_TIME_MIN, "stopping the event loops");
            throw e;
        }
    }

    private static ControlPortOptions controlOptions(GatewayConfig config) {
        return new ControlPortOptions(
                config.control().host(),
                config.control().port(),
                config.http().headerBytesMax(),
                config.http().readTimeout(),
                config.control().token());
    }

    private static int loops(HttpConfig http) {
        return http.loops() != 0
                ? http.loops()
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static HttpFrontOptions options(GatewayConfig config, int loops) {
        HttpConfig http = config.http();
        return new HttpFrontOptions(
                http.host(),
                http.port(),
                loops,
                http.bodyBytesMax(),
                http.inflatedBodyBytesMax(),
                http.headerBytesMax(),
                http.connectionsMax(),
                http.idleTimeout(),
                http.readTimeout(),
                config.limits().requestTimeout(),
                http.compression(),
                http.repositoryControl());
    }

    private static CodecLimits limits(HttpConfig http) {
        CodecLimits defaults = CodecLimits.DEFAULT;
        return new CodecLimits(
                http.jsonDepthMax(),
                defaults.inputsMax(),
                defaults.parametersMax(),
                defaults.rankMax(),
                defaults.textBytesMax());
    }

    private void registerMeters(Router router, TensorPool pool) {
        metrics.gauge(MeterName.ADMITTED, admission::inUse);
        metrics.gauge(MeterName.ADMISSION_LIMIT, admission::permits);
        metrics.counter(MeterName.ADMISSION_REFUSALS, admission::refusals);
        metrics.gauge(MeterName.LOAD_WAITING, loads::waiting);
        metrics.gauge(MeterName.LOAD_WAITING_LIMIT, loads::waitingMax);
        metrics.counter(MeterName.LOAD_WAITING_REFUSALS, loads::refusals);
        metrics.gauge(MeterName.CONNECTIONS, connections::count);
        metrics.counter(MeterName.CONNECTION_REFUSALS, connections::refusals);
        metrics.counter(MeterName.KNOWN_HEADS, http::knownHeadCount);
        metrics.gauge(MeterName.BODY_BYTES, bodies::bytesInUse);
        metrics.gauge(MeterName.BODY_BYTES_LIMIT, bodies::bytesMax);
        metrics.counter(MeterName.BODY_REFUSALS, bodies::refusals);
        metrics.gauge(MeterName.CODEC_WAITING, codecThreads::waiting);
        metrics.counter(MeterName.CODEC_REFUSALS, codecThreads::refusals);
        TransformThreads transforms = runtime.transforms();
        metrics.gauge(MeterName.TRANSFORM_WAITING, transforms::waiting);
        metrics.counter(MeterName.TRANSFORM_REFUSALS, transforms::refusals);
        metrics.gauge(MeterName.TRANSFORM_WAITING_TO_FINISH, transforms::waitingToFinish);
        DecodeBudget images = runtime.images();
        metrics.gauge(MeterName.IMAGE_BYTES, images::bytesInUse);
        metrics.gauge(MeterName.IMAGE_BYTES_LIMIT, images::bytesMax);
        metrics.counter(MeterName.IMAGE_REFUSALS, images::refusals);
        metrics.gauge(MeterName.TENSOR_BYTES_IN_USE, pool::bytesInUse);
        metrics.gauge(MeterName.TENSOR_BYTES_KEPT, pool::bytesKept);
        metrics.gauge(MeterName.TENSOR_BYTES_LIMIT, pool::bytesMax);
        metrics.counter(MeterName.TENSOR_REFUSALS, pool::refusals);
        ModelManager models = runtime.models();
        metrics.counter(MeterName.MODEL_MEMORY_REFUSALS, models.budget()::refusalCount);
        metrics.counter(MeterName.EVICTIONS, models::evictionCount);
        metrics.counter(MeterName.REPOSITORY_SCANS, () -> runtime.watched(RepositoryWatcher::looks));
        metrics.counter(MeterName.REPOSITORY_SCAN_FAILURES, () -> runtime.watched(RepositoryWatcher::failures));
        metrics.counter(MeterName.REPOSITORY_READ_RETRIES, runtime::readRetries);
        metrics.gauge(
                MeterName.REPOSITORY_LAST_SCAN,
                () -> runtime.watched(watcher ->
                        watcher.lastLook().map(Instant::getEpochSecond).orElse(0L)));
        metrics.gauge(MeterName.REPOSITORY_WATCHED_FOLDERS, () -> runtime.watched(RepositoryWatcher::watchedFolders));
        metrics.counter(MeterName.CONTROL_REFUSALS, operations::refusals);
        metrics.gauge(MeterName.ROUTE_TABLE, () -> router.table().number());
        metrics.gauge(MeterName.READY, () -> readiness.isReady() ? 1 : 0);
    }

    private void listen() {
        HttpConfig data = config.http();
        httpPort = listen(http.start(), data.host(), data.port(), "http.port");
        if (config.metrics().enabled()) {
            String host = config.metrics().host();
            int port = config.metrics().port();
            boundMetricsPort = listen(metricsPort.start(host, port), host, port, "metrics.port");
        }
        ControlConfig control = config.control();
        if (control.enabled()) {
            boundControlPort = listen(controlPort.start(), control.host(), control.port(), "control.port");
        }
    }

    private int listen(Future<Integer> listening, String host, int port, String key) {
        try {
            return listening.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            closed = true;
            await(http.stop(Duration.ZERO), STEP_TIME_MIN, "stopping the data port");
            codecThreads.close();
            operations.close();
            runtime.close();
            recording.close(STEP_TIME_MIN);
            state.close();
            await(vertx.close(), STEP_TIME_MIN, "stopping the event loops");
            throw new GatewayStartException(
                    "cannot listen on " + host + ":" + port + " (" + key + "): " + cause.getMessage(), cause);
        }
    }

    /** Time until {@code end}, but always enough for a step that has nothing to wait for. */
    private static Duration left(long endNanos) {
        Duration left = Duration.ofNanos(endNanos - System.nanoTime());
        return left.compareTo(STEP_TIME_MIN) > 0 ? left : STEP_TIME_MIN;
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(StartStep<?> step) {
        try {
            step.await();
        } catch (ExecutionException e) {
            LOG.debug("event=start_step_failed", e.getCause());
        }
    }

    private static void await(Future<?> future, Duration timeout, String what) {
        try {
            future.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            LOG.warn("event=shutdown_step_failed step=\"{}\"", what, e);
        }
    }
}
