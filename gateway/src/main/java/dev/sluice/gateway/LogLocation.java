package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server with a configuration keeps its input log.
 *
 * <p>Threading: stateless.
 */
public final class LogLocation {
    private static final String FOLDER = "log";

    private LogLocation() {}

    /** The folder; empty where none is configured and this user has no home. */
    public static Optional<Path> of(GatewayConfig config) {
        Optional<Path> state = config.stateDir()
                .or(() -> PendingState.folder(System::getenv, System.getProperty("user.home"), config.repository()));
        return config.log().dir().or(() -> state.map(folder -> folder.resolve(FOLDER)));
    }
}
