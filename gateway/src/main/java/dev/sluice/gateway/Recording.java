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
import dev.sluice.canary.inputlog.redaction.RuleRedactor;
import dev.sluice.gateway.config.FeedbackStoreConfig;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.InputLogConfig;
import dev.sluice.gateway.events.CloudEventSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the input log together: a channel for each receiver that is configured.
 *
 * <p>Threading: immutable; blocks on the file system.
 */
final class Recording {
    /** Records on their way to one receiver keep at most this part of the memory for tensors: requests need the rest. */
    private static final int PART_OF_TENSOR_MEMORY = 4;

    private final InputLogConfig log;
    private final ChannelOptions options;
    private final Redactor redactor;
    private final InstantSource clock;

    private Recording(InputLogConfig log, long tensorBytesMax, InstantSource clock) {
        this.log = log;
        this.clock = clock;
        redactor = new RuleRedactor(log.hashKey().map(key -> key.value().getBytes(StandardCharsets.UTF_8)));
        options = new ChannelOptions(
                Math.min(log.queueBytesMax(), tensorBytesMax / PART_OF_TENSOR_MEMORY),
                log.whenFull(),
                log.flush(),
                log.window());
    }

    /**
     * The input log as it is configured.
     *
     * @param stateFolder folder of the state; empty when it is in memory alone
     * @param feedback where predictions wait for labels; empty where there is no such place
     * @param tensorBytesMax bytes of tensors that there may be at once
     */
    static InputLog open(
            GatewayConfig config,
            Optional<Path> stateFolder,
            Optional<FeedbackStore> feedback,
            long tensorBytesMax,
            InstantSource clock) {
        return new InputLog(new Recording(config.log(), tensorBytesMax, clock).channels(feedback), clock);
    }

    /** Where predictions wait for labels; not open before it is needed. */
    static FeedbackStore feedback(
            FeedbackStoreConfig config, Path stateFolder, Optional<Path> scratch, InstantSource clock) {
        FeedbackOptions options = new FeedbackOptions(config.keep(), config.lateAfter(), config.predictionsMax());
        return new FeedbackStore(stateFolder, scratch, options, clock);
    }

    private List<RecordChannel> channels(Optional<FeedbackStore> feedback) {
        List<RecordChannel> channels = new ArrayList<>();
        feedback.ifPresent(store -> channels.add(new RecordChannel(
                "feedback", new FeedbackSelector(), redactor, new PredictionSink(store), options, clock)));
        log.events()
                .ifPresent(url -> channels.add(channel(
                        "events",
                        new CloudEventSink(url, log.eventsBatch(), log.eventsTimeout(), log.recordBytesMax(), clock))));
        return channels;
    }

    private RecordChannel channel(String name, LogSink sink) {
        return new RecordChannel(name, new Sampler(), redactor, sink, options, clock);
    }
}
