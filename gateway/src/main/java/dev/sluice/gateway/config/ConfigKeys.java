package dev.sluice.gateway.config;

import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.jsonl.Sync;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.WatchMode;
import dev.sluice.settings.Setting;
import dev.sluice.settings.ValueType;
import dev.sluice.settings.ValueTypes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every key of {@code sluice.yaml} apart from {@code models.NAME}, with its range, default and meaning.
 *
 * <p>Threading: immutable.
 */
final class ConfigKeys {
    private static final ValueType<Integer> PORT = ValueTypes.integer(0, 65_535);
    private static final ValueType<Long> BODY = ValueTypes.bytes(1 << 10, HttpConfig.BODY_BYTES_MAX);
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<List<Path>> REPOSITORY = new Setting<>(
            "repository",
            ValueTypes.list(ValueTypes.path()),
            List.of(),
            "Folders of models; folders named on the command line replace them");
    static final Setting<Optional<String>> MODEL_NAME = new Setting<>(
            "model-name",
            ValueTypes.text().orNone(),
            Optional.empty(),
            "Name of the model where a repository folder is a single model");

    static final Setting<String> HTTP_HOST =
            new Setting<>("http.host", ValueTypes.text(), "0.0.0.0", "Address of the data port");
    static final Setting<Integer> HTTP_PORT =
            new Setting<>("http.port", PORT, 8080, "Data port: the Open Inference Protocol; 0 = any free one, printed");
    static final Setting<Integer> HTTP_LOOPS = new Setting<>(
            "http.loops",
            ValueTypes.integer(0, HttpConfig.LOOPS_MAX),
            0,
            "Event loops; 0 = half the processors, at least 1");
    static final Setting<Long> HTTP_MAX_BODY =
            new Setting<>("http.max-body", BODY, 64L << 20, "Most bytes of a body as sent; more is 413");
    static final Setting<Long> HTTP_MAX_INFLATED_BODY = new Setting<>(
            "http.max-inflated-body", BODY, 256L << 20, "Most bytes of a compressed body once inflated; more is 413");
    static final Setting<Long> HTTP_MAX_HEADERS = new Setting<>(
            "http.max-headers",
            ValueTypes.bytes(1 << 10, HttpConfig.HEADER_BYTES_MAX),
            16L << 10,
            "Most bytes of a request's headers; more is 431");
    static final Setting<Integer> HTTP_MAX_CONNECTIONS = new Setting<>(
            "http.max-connections", ValueTypes.integer(1, HttpConfig.CONNECTIONS_MAX), 10_000, "Most open connections");
    static final Setting<Duration> HTTP_IDLE_TIMEOUT = new Setting<>(
            "http.idle-timeout",
            ValueTypes.duration(Duration.ofSeconds(1), HOUR),
            Duration.ofSeconds(75),
            "After this long without a byte a connection is closed");
    static final Setting<Duration> HTTP_READ_TIMEOUT = new Setting<>(
            "http.read-timeout",
            ValueTypes.duration(Duration.ofMillis(100), HOUR),
            Duration.ofSeconds(30),
            "Most time from a request's headers to the last byte of its body");
    static final Setting<Integer> HTTP_JSON_DEPTH = new Setting<>(
            "http.json-depth",
            ValueTypes.integer(4, HttpConfig.JSON_DEPTH_MAX),
            32,
            "Most levels of nesting in a JSON body");
    static final Setting<Boolean> HTTP_COMPRESSION = new Setting<>(
            "http.compression", ValueTypes.bool(), true, "Whether answers are compressed for clients that accept it");
    static final Setting<Boolean> HTTP_REPOSITORY_CONTROL = new Setting<>(
            "http.repository-control",
            ValueTypes.bool(),
            false,
            "Whether clients may load and unload models on the data port, as Triton's clients do");

    static final Setting<Boolean> METRICS_ENABLED =
            new Setting<>("metrics.enabled", ValueTypes.bool(), true, "Whether there is a metrics port");
    static final Setting<String> METRICS_HOST =
            new Setting<>("metrics.host", ValueTypes.text(), "0.0.0.0", "Address of the metrics port");
    static final Setting<Integer> METRICS_PORT =
            new Setting<>("metrics.port", PORT, 8082, "Metrics port; 0 = any free one, printed");

    static final Setting<Boolean> CONTROL_ENABLED =
            new Setting<>("control.enabled", ValueTypes.bool(), true, "Whether there is a control port");
    static final Setting<String> CONTROL_HOST = new Setting<>(
            "control.host",
            ValueTypes.text(),
            "127.0.0.1",
            "Address of the control port; only a loopback one unless `SLUICE_CONTROL_TOKEN` is set");
    static final Setting<Integer> CONTROL_PORT = new Setting<>(
            "control.port", PORT, 8081, "Control port: load, unload, labels, rollback; 0 = any free one, printed");

    static final Setting<Integer> LIMITS_CONCURRENT_REQUESTS = new Setting<>(
            "limits.concurrent-requests",
            ValueTypes.integer(1, LimitsConfig.CONCURRENT_REQUESTS_MAX),
            4096,
            "Most requests at once; more are 503");
    static final Setting<Long> LIMITS_TENSOR_MEMORY = new Setting<>(
            "limits.tensor-memory",
            ValueTypes.bytes(0, LimitsConfig.TENSOR_MEMORY_BYTES_MAX),
            0L,
            "Most bytes of tensors outside the heap, 1MiB at least; 0 = a quarter of the JVM's direct memory");
    static final Setting<Duration> LIMITS_REQUEST_TIMEOUT = new Setting<>(
            "limits.request-timeout",
            ValueTypes.duration(Duration.ZERO, HOUR),
            Duration.ZERO,
            "Deadline of requests that name none; 0 = none");
    static final Setting<Long> LIMITS_MODEL_MEMORY = new Setting<>(
            "limits.model-memory",
            ValueTypes.bytes(0, LimitsConfig.MODEL_MEMORY_BYTES_MAX),
            0L,
            "Most bytes that versions may take in main memory, by their upper bounds; 0 = what nine tenths of the memory"
                    + " leave beside the heap and the tensors");
    static final Setting<Map<String, Long>> LIMITS_GPU_MEMORY = new Setting<>(
            "limits.gpu-memory",
            ValueTypes.map(ValueTypes.bytes(1, LimitsConfig.MODEL_MEMORY_BYTES_MAX)),
            Map.of(),
            "Most bytes that versions may take on each GPU, such as `{\"cuda:0\": 16GiB}`; without a limit where it is not set");

    static final Setting<Integer> INFERENCE_THREADS = new Setting<>(
            "inference.threads",
            ValueTypes.integer(0, InferenceConfig.THREADS_MAX),
            0,
            "Threads that run models; 0 = one for each processor");
    static final Setting<Integer> INFERENCE_LOAD_THREADS = new Setting<>(
            "inference.load-threads",
            ValueTypes.integer(1, InferenceConfig.LOAD_THREADS_MAX),
            2,
            "Threads that open versions");
    static final Setting<Integer> INFERENCE_GPU_THREADS = new Setting<>(
            "inference.gpu-threads",
            ValueTypes.integer(1, InferenceConfig.GPU_THREADS_MAX),
            2,
            "Threads that run the models of each GPU");
    static final Setting<Integer> INFERENCE_GPU_MAX_BATCH_SIZE = new Setting<>(
            "inference.gpu-max-batch-size",
            ValueTypes.integer(1, BatchingConfig.ROWS_MAX).showing(0, "chosen"),
            0,
            "Most rows of one run on a GPU, whatever a model says");

    static final Setting<WatchMode> WATCH_MODE = new Setting<>(
            "watch.mode",
            ValueTypes.word(WatchMode.class),
            WatchMode.AUTO,
            "How changes of the model repository are noticed: `notify` by the operating system's word, `poll` by looking regularly;"
                    + " `auto`: `notify` on local file systems, `poll` on others; `off`: not at all");
    static final Setting<Duration> WATCH_POLL_INTERVAL = new Setting<>(
            "watch.poll-interval",
            ValueTypes.duration(WatchConfig.POLL_INTERVAL_MIN, HOUR),
            Duration.ofSeconds(1),
            "How often it is looked at where it is polled");
    static final Setting<Duration> WATCH_SETTLE = new Setting<>(
            "watch.settle",
            ValueTypes.duration(Duration.ZERO, Duration.ofMinutes(10)),
            Duration.ofSeconds(1),
            "How long the files of a version without `manifest.json` must stay as they are until it counts");

    static final Setting<Boolean> READINESS_STRICT = new Setting<>(
            "readiness.strict",
            ValueTypes.bool(),
            true,
            "`true`: ready when every model has a ready version; `false`: a model that failed for good does not count");

    static final Setting<Duration> SHUTDOWN_LAG = new Setting<>(
            "shutdown.lag",
            ValueTypes.duration(Duration.ZERO, Duration.ofMinutes(10)),
            Duration.ZERO,
            "How long it goes on serving after it says that it is not ready, so that load balancers notice");
    static final Setting<Duration> SHUTDOWN_TIMEOUT = new Setting<>(
            "shutdown.timeout",
            ValueTypes.duration(Duration.ZERO, HOUR),
            Duration.ofSeconds(30),
            "How long running requests may take to end after that");

    static final Setting<Boolean> LOG_FILES = new Setting<>(
            "log.files",
            ValueTypes.bool(),
            true,
            "Whether the requests of models with `log.enabled` are written to files");
    static final Setting<Optional<Path>> LOG_DIR = new Setting<>(
            "log.dir",
            ValueTypes.path().orNone(),
            Optional.empty(),
            "Folder of the input log; none = `log` in the folder of the state");
    static final Setting<Long> LOG_QUEUE_BYTES = new Setting<>(
            "log.queue-bytes",
            ValueTypes.bytes(64L << 10, 1L << 40),
            64L << 20,
            "Most bytes that records on their way to each receiver keep in memory, but never more than a quarter of"
                    + " `limits.tensor-memory`");
    static final Setting<WhenFull> LOG_WHEN_FULL = new Setting<>(
            "log.when-full",
            ValueTypes.word(WhenFull.class),
            WhenFull.DROP_NEWEST,
            "What becomes of records beyond that; requests never wait");
    static final Setting<Long> LOG_MAX_RECORD = new Setting<>(
            "log.max-record",
            ValueTypes.bytes(1L << 10, 256L << 20),
            1L << 20,
            "Most bytes of one record as it is written; of larger ones only digests of the tensors are kept");
    static final Setting<Duration> LOG_FLUSH = new Setting<>(
            "log.flush",
            ValueTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofSeconds(1),
            "Longest time until a record is where it survives the process");
    static final Setting<Sync> LOG_SYNC = new Setting<>(
            "log.sync",
            ValueTypes.word(Sync.class),
            Sync.ROTATION,
            "When files are forced to the device, to survive a loss of power: `never`, at each `rotation`, at each `flush`");
    static final Setting<Duration> LOG_WINDOW = new Setting<>(
            "log.window",
            ValueTypes.duration(Duration.ofSeconds(1), HOUR),
            Duration.ofSeconds(10),
            "Length of the windows whose sums stand in the log");
    static final Setting<Long> LOG_SEGMENT_BYTES = new Setting<>(
            "log.segment-bytes",
            ValueTypes.bytes(64L << 10, 1L << 40),
            128L << 20,
            "A file of the log ends when it is larger than this");
    static final Setting<Duration> LOG_SEGMENT_TIME = new Setting<>(
            "log.segment-time",
            ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            HOUR,
            "And when it is older than this");
    static final Setting<InputLogConfig.Rotated> LOG_ROTATED = new Setting<>(
            "log.rotated",
            ValueTypes.word(InputLogConfig.Rotated.class),
            InputLogConfig.Rotated.GZIP,
            "What becomes of a file that has ended: it stays `plain`, or is rewritten as `gzip` or `parquet`");
    static final Setting<Long> LOG_KEEP_BYTES = new Setting<>(
            "log.keep-bytes",
            ValueTypes.bytes(1L << 20, 1L << 50),
            10L << 30,
            "Most bytes of the files that have ended; the oldest are deleted");
    static final Setting<Optional<URI>> LOG_EVENTS_URL = new Setting<>(
            "log.events.url",
            ValueTypes.parsed(
                            "http or https URL",
                            "must be an http or https URL",
                            InputLogConfig::eventsUrl,
                            URI::toString)
                    .orNone(),
            Optional.empty(),
            "Where records are sent as CloudEvents over HTTP; none = nowhere");
    static final Setting<Integer> LOG_EVENTS_BATCH = new Setting<>(
            "log.events.batch",
            ValueTypes.integer(1, 1000),
            1,
            "Events in one request; 1 = each in its own, as KServe's loggers send them");
    static final Setting<Duration> LOG_EVENTS_TIMEOUT = new Setting<>(
            "log.events.timeout",
            ValueTypes.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofSeconds(5),
            "Longest time that one such request takes before it is tried again");

    static final Setting<Duration> FEEDBACK_KEEP = new Setting<>(
            "feedback.keep",
            ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(400)),
            Duration.ofDays(28),
            "How long a prediction waits for its label");
    static final Setting<Duration> FEEDBACK_LATE_AFTER = new Setting<>(
            "feedback.late-after",
            ValueTypes.duration(Duration.ofMillis(1), Duration.ofDays(400)),
            Duration.ofDays(7),
            "A label that comes later than this is counted as late; it is joined all the same");
    static final Setting<Long> FEEDBACK_MAX_PREDICTIONS = new Setting<>(
            "feedback.max-predictions",
            ValueTypes.integer(1_000L, 10_000_000_000L),
            10_000_000L,
            "Most rows of predictions that wait for labels; the oldest are forgotten");

    static final Setting<LoggingConfig.Format> LOGGING_FORMAT = new Setting<>(
            "logging.format",
            ValueTypes.word(LoggingConfig.Format.class),
            LoggingConfig.Format.TEXT,
            "Lines of text, or one JSON object a line");
    static final Setting<LoggingConfig.Level> LOGGING_LEVEL = new Setting<>(
            "logging.level",
            ValueTypes.word(LoggingConfig.Level.class),
            LoggingConfig.Level.INFO,
            "Least important events that are logged");

    static final Setting<Optional<Path>> NATIVE_CACHE = new Setting<>(
            "native-cache",
            ValueTypes.path().orNone(),
            Optional.empty(),
            "Folder for the native libraries that are unpacked at start; none = chosen");
    static final Setting<Optional<Path>> STATE_DIR = new Setting<>(
            "state-dir",
            ValueTypes.path().orNone(),
            Optional.empty(),
            "Folder for what operators have said while the server runs; none = chosen");

    private ConfigKeys() {}

    /** Every key, in the order of the documentation. */
    static List<Setting<?>> all() {
        return List.of(
                REPOSITORY,
                MODEL_NAME,
                HTTP_HOST,
                HTTP_PORT,
                HTTP_LOOPS,
                HTTP_MAX_BODY,
                HTTP_MAX_INFLATED_BODY,
                HTTP_MAX_HEADERS,
                HTTP_MAX_CONNECTIONS,
                HTTP_IDLE_TIMEOUT,
                HTTP_READ_TIMEOUT,
                HTTP_JSON_DEPTH,
                HTTP_COMPRESSION,
                HTTP_REPOSITORY_CONTROL,
                METRICS_ENABLED,
                METRICS_HOST,
                METRICS_PORT,
                CONTROL_ENABLED,
                CONTROL_HOST,
                CONTROL_PORT,
                LIMITS_CONCURRENT_REQUESTS,
                LIMITS_TENSOR_MEMORY,
                LIMITS_REQUEST_TIMEOUT,
                LIMITS_MODEL_MEMORY,
                LIMITS_GPU_MEMORY,
                INFERENCE_THREADS,
                INFERENCE_LOAD_THREADS,
                INFERENCE_GPU_THREADS,
                INFERENCE_GPU_MAX_BATCH_SIZE,
                WATCH_MODE,
                WATCH_POLL_INTERVAL,
                WATCH_SETTLE,
                READINESS_STRICT,
                SHUTDOWN_LAG,
                SHUTDOWN_TIMEOUT,
                LOG_FILES,
                LOG_DIR,
                LOG_QUEUE_BYTES,
                LOG_WHEN_FULL,
                LOG_MAX_RECORD,
                LOG_FLUSH,
                LOG_SYNC,
                LOG_WINDOW,
                LOG_SEGMENT_BYTES,
                LOG_SEGMENT_TIME,
                LOG_ROTATED,
                LOG_KEEP_BYTES,
                LOG_EVENTS_URL,
                LOG_EVENTS_BATCH,
                LOG_EVENTS_TIMEOUT,
                FEEDBACK_KEEP,
                FEEDBACK_LATE_AFTER,
                FEEDBACK_MAX_PREDICTIONS,
                LOGGING_FORMAT,
                LOGGING_LEVEL,
                NATIVE_CACHE,
                STATE_DIR);
    }
}
