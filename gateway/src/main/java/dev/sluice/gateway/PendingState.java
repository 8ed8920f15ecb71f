package dev.sluice.gateway;

import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.state.StateException;
import dev.sluice.state.StateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state on its way: its file is found and read on a thread of its own while the rest of the process starts.
 *
 * <p>A folder that was configured must do. One that was chosen need not: then nothing is kept, and a warning says so. What is
 * damaged or of a newer schema stops the start in either case.
 *
 * <p>Threading: confined to the starting thread.
 */
final class PendingState {
    private static final int HASH_BYTES = 8;

    private final StartStep<Opened> step;

    private PendingState(StartStep<Opened> step) {
        this.step = step;
    }

    /**
     * The state, and what should be said about it.
     *
     * @param folder that holds it; empty when it is in memory alone
     * @param warning empty when all is well
     */
    record Opened(StateStore store, Optional<Path> folder, Optional<String> warning) {}

    /**
     * Begins.
     *
     * @param scratch where a native library may be written for as long as it is being loaded
     */
    static PendingState begin(GatewayConfig config, Optional<Path> scratch) {
        return new PendingState(StartStep.begin("sluice-start-state", () -> open(config, scratch)));
    }

    private static Opened open(GatewayConfig config, Optional<Path> scratch) {
        if (config.stateDir().isPresent()) {
            return new Opened(StateStore.open(config.stateDir().get(), scratch), config.stateDir(), Optional.empty());
        }
        Optional<Path> chosen = folder(System::getenv, System.getProperty("user.home"), config.repository());
        if (chosen.isEmpty()) {
            return inMemory("there is no home folder");
        }
        try {
            return new Opened(StateStore.open(chosen.get(), scratch), chosen, Optional.empty());
        } catch (StateException e) {
            if (e.kind() == StateException.Kind.UNREADABLE) {
                throw e;
            }
            return inMemory(String.valueOf(e.getMessage()));
        }
    }

    private static Opened inMemory(String reason) {
        return new Opened(
                StateStore.inMemory(),
                Optional.empty(),
                Optional.of("labels and unloads will not survive a restart: " + reason + "; state-dir names a folder"));
    }

    /**
     * The folder for the state of these repositories, by the XDG base directory specification.
     *
     * @param environment value of an environment variable, null where it is not set
     * @return empty where this user has no home
     */
    static Optional<Path> folder(Function<String, @Nullable String> environment, String home, List<Path> repositories) {
        String given = environment.apply("XDG_STATE_HOME");
        // The specification says to ignore relative paths.
        Path parent = given != null && Path.of(given).isAbsolute() ? Path.of(given) : Path.of(home, ".local", "state");
        return parent.isAbsolute() // a JVM without a home says "?"
                ? Optional.of(parent.resolve("sluice").resolve(hash(repositories)))
                : Optional.empty();
    }

    /** The same for the same folders, whatever the working directory. */
    private static String hash(List<Path> repositories) {
        String paths = repositories.stream()
                .map(path -> path.toAbsolutePath().normalize().toString())
                .sorted()
                .collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(paths.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Waits for it.
     *
     * @throws StateException if there is no state to be had, or one that must not be touched
     */
    Opened await() {
        try {
            return step.await();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof StateException known) {
                throw known;
            }
            throw new GatewayStartException("the state cannot be read: " + cause.getMessage(), cause);
        }
    }
}
