package dev.sluice.gateway;

import dev.sluice.canary.feedback.FeedbackOptions;
import dev.sluice.canary.feedback.FeedbackSelector;
import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.feedback.PredictionSink;
import dev.sluice.canary.inputlog.ChannelOptions;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.LogSink;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.canary.inputlog.Redactor;
import dev.sluice.canary.inputlog.Sampler;
import dev.sluice.canary.inputlog.jsonl.GzipRewriter;
import dev.sluice.canary.inputlog.jsonl.JsonLinesSink;
import dev.sluice.canary.inputlog.jsonl.SegmentKeeper;
import dev.sluice.canary.inputlog.jsonl.SegmentOptions;
import dev.sluice.canary.inputlog.jsonl.SegmentRewriter;
import dev.sluice.canary.inputlog.parquet.ParquetRewriter;
import dev.sluice.canary.inputlog.redaction.RuleRedactor;
import dev.sluice.gateway.config.FeedbackStoreConfig;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.InputLogConfig;
import dev.sluice.gateway.events.CloudEventSink;
import dev.sluice.gateway.metrics.LogFileMetrics;
import dev.sluice.loader.repository.ModelDefinition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The input log as it is configured: a channel for each receiver, and who looks after the files.
 *
 * <p>Threading: thread-safe; closing blocks.
 */
final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    /** Folder of the files in that of the state. */
    private static final String FOLDER = "log";

    /** Records on their way to one receiver keep at most this part of the memory for tensors: requests need the rest. */
    private static final int PART_OF_TENSOR_MEMORY = 4;

    private final InputLogConfig log;
    private final ChannelOptions options;
    private final Redactor redactor;
    private final InstantSource clock;
    private final InputLog inputLog;
    private final Optional<FeedbackStore> feedback;
    private final boolean recordsRequests;
    private @Nullable LogFileMetrics files;
    private @Nullable SegmentKeeper keeper;

    /**
     * Puts it together.
     *
     * @param stateFolder folder of the state; empty when it is in memory alone
     * @param scratch where SQLite's library may be written for as long as it is being loaded
     * @param tensorBytesMax bytes of tensors that there may be at once
     * @param server name and version of this server
     */
    Recording(
            GatewayConfig config,
            Optional<Path> stateFolder,
            Optional<Path> scratch,
            long tensorBytesMax,
            String server,
            InstantSource clock) {
        this.log = config.log();
        this.clock = clock;
        redactor = new RuleRedactor(log.hashKey().map(key -> key.value().getBytes(StandardCharsets.UTF_8)));
        options = new ChannelOptions(
                Math.min(log.queueBytesMax(), tensorBytesMax / PART_OF_TENSOR_MEMORY),
                log.whenFull(),
                log.flush(),
                log.window());
        List<RecordChannel> channels = new ArrayList<>();
        Optional<Path> folder = log.dir().or(() -> stateFolder.map(state -> state.resolve(FOLDER)));
        if (log.files() && folder.isPresent()) {
            channels.add(files(folder.get(), server));
        }
        log.events()
                .ifPresent(url -> channels.add(channel(
                        "events",
                        new CloudEventSink(url, log.eventsBatch(), log.eventsTimeout(), log.recordBytesMax(), clock))));
        recordsRequests = !channels.isEmpty();
        feedback = stateFolder.map(state -> feedback(config.feedback(), state, scratch));
        feedback.ifPresent(store -> channels.add(new RecordChannel(
                "feedback", new FeedbackSelector(), redactor, new PredictionSink(store), options, clock)));
        inputLog = new InputLog(channels, clock);
    }

    private FeedbackStore feedback(FeedbackStoreConfig config, Path stateFolder, Optional<Path> scratch) {
        FeedbackOptions keeping = new FeedbackOptions(config.keep(), config.lateAfter(), config.predictionsMax());
        return new FeedbackStore(stateFolder, scratch, keeping, clock);
    }

    InputLog inputLog() {
        return inputLog;
    }

    /** Where predictions wait for labels; empty where the state is in memory alone. */
    Optional<FeedbackStore> feedback() {
        return feedback;
    }

    /** Says which models want to be recorded although there is nowhere to record them. */
    void warn(Collection<ModelDefinition> models) {
        for (ModelDefinition model : models) {
            if (model.config().monitoring().log().enabled() && !recordsRequests) {
                LOG.warn(
                        "event=log_without_receiver model={} reason=\"log.enabled is true, but log.files is false or has no"
                                + " folder, and log.events.url is not set\"",
                        model.name());
            }
            if (model.config().monitoring().feedback().enabled() && feedback.isEmpty()) {
                LOG.warn(
                        "event=feedback_without_folder model={} reason=\"feedback.enabled is true, but there is no folder"
                                + " for the state\"",
                        model.name());
            }
        }
    }

    /** Meters of the files, in the Prometheus text format; empty where none are written. */
    String scrapeFiles() {
        return files == null ? "" : files.scrape();
    }

    /**
     * Hands over what is on its way, and ends.
     *
     * @param timeout after which it gives up
     */
    void close(Duration timeout) {
        inputLog.close(timeout);
        feedback.ifPresent(FeedbackStore::close);
        if (keeper != null) {
            keeper.close();
        }
    }

    private RecordChannel files(Path folder, String server) {
        SegmentKeeper looksAfter = new SegmentKeeper(folder, rewriter(), log.keepBytesMax());
        AtomicBoolean started = new AtomicBoolean();
        Runnable onClosed = () -> {
            if (started.compareAndSet(false, true)) {
                looksAfter.start();
            } else {
                looksAfter.segmentClosed();
            }
        };
        if (Files.isDirectory(folder)) {
            onClosed.run();
        }
        JsonLinesSink sink = new JsonLinesSink(
                new SegmentOptions(
                        folder, log.recordBytesMax(), log.segmentBytesMax(), log.segmentTime(), log.sync(), server),
                clock,
                new SecureRandom(),
                onClosed);
        keeper = looksAfter;
        files = new LogFileMetrics(sink, looksAfter);
        return channel("file", sink);
    }

    private Optional<SegmentRewriter> rewriter() {
        return switch (log.rotated()) {
            case PLAIN -> Optional.empty();
            case GZIP -> Optional.of(new GzipRewriter());
            case PARQUET -> Optional.of(new ParquetRewriter());
        };
    }

    private RecordChannel channel(String name, LogSink sink) {
        return new RecordChannel(name, new Sampler(), redactor, sink, options, clock);
    }
}
