package dev.sluice.gateway;

import dev.sluice.canary.inputlog.ChannelOptions;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.canary.inputlog.Redactor;
import dev.sluice.canary.inputlog.Sampler;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.config.InputLogConfig;
import dev.sluice.gateway.events.CloudEventSink;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the input log together: a channel for each receiver that is configured.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
final class Recording {
    private Recording() {}

    /**
     * The input log as it is configured.
     *
     * @param stateFolder folder of the state; empty when it is in memory alone
     */
    static InputLog open(GatewayConfig config, Optional<Path> stateFolder, InstantSource clock) {
        List<RecordChannel> channels = new ArrayList<>();
        InputLogConfig log = config.log();
        Redactor redactor = Recording::whole;
        log.events()
                .ifPresent(url -> channels.add(new RecordChannel(
                        "events",
                        new Sampler(),
                        redactor,
                        new CloudEventSink(url, log.eventsBatch(), log.eventsTimeout(), log.recordBytesMax(), clock),
                        new ChannelOptions(log.queueBytesMax(), log.whenFull(), log.flush(), log.window()),
                        clock)));
        return new InputLog(channels, clock);
    }

    /** Records of models without rules; those of others have no way out. */
    private static InferenceRecord whole(InferenceRecord record) {
        if (record.head().config().monitoring().log().redacts()) {
            record.release();
            throw new IllegalStateException("the rules of " + record.head().model() + " cannot be applied");
        }
        return record;
    }
}
