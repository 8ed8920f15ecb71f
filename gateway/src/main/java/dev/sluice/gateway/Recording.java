package dev.sluice.gateway;

import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.gateway.config.GatewayConfig;
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
        return new InputLog(channels, clock);
    }
}
