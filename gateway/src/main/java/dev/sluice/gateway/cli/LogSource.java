package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogFolder;
import dev.sluice.gateway.LogLocation;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The argument and options by which commands find an input log.
 *
 * <p>Threading: main thread.
 */
final class LogSource {
    @Parameters(
            paramLabel = "LOG",
            arity = "0..1",
            description =
                    "A folder of the input log, or one of its files; default: where the configured server writes it.")
    private @Nullable Path log;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file (sluice.yaml).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration, over the file; may be repeated.")
    private List<String> assignments = List.of();

    @Option(
            names = "--repository",
            paramLabel = "FOLDER",
            description =
                    "A folder of models, as the server was given it; may be repeated. Default: the configuration's"
                            + " 'repository'.")
    private List<Path> repositories = List.of();

    @SuppressWarnings("UnusedVariable") // picocli acts on it; the usual mixin would take --version
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    LogSource() {}

    /** The log is not there; the exit code says of what kind that is. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;
        private final int exitCode;

        Missing(String message, int exitCode) {
            super(message);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Where it is. */
    Path path() throws Missing {
        GatewayConfig config = config();
        Logging.configure(config.logging());
        if (log != null) {
            return log;
        }
        return LogLocation.of(config)
                .orElseThrow(() -> new Missing(
                        "LOG must be named: the configuration says no 'log.dir', and there is no home folder",
                        ExitCode.USAGE));
    }

    /** The configuration. */
    GatewayConfig config() throws Missing {
        ConfigOutcome outcome = ConfigReader.read(Optional.ofNullable(file), assignments);
        if (outcome instanceof ConfigOutcome.Invalid invalid) {
            throw new Missing(String.join("\n", invalid.problems()), ExitCode.CONFIGURATION);
        }
        GatewayConfig config = ((ConfigOutcome.Valid) outcome).config();
        return repositories.isEmpty() ? config : config.withRepository(repositories);
    }

    Optional<Path> configFile() {
        return Optional.ofNullable(file);
    }

    List<String> assignments() {
        return assignments;
    }

    /** Its files, in order of time; at least one. */
    List<LogFile> files() throws Missing {
        return files(path());
    }

    static List<LogFile> files(Path path) throws Missing {
        List<LogFile> files;
        try {
            files = LogFolder.of(path);
        } catch (IOException e) {
            throw new Missing("LOG: " + e.getMessage(), ExitCode.USAGE);
        }
        if (files.isEmpty()) {
            throw new Missing("LOG: there are no files of the input log in " + path, ExitCode.INSUFFICIENT);
        }
        return files;
    }

    static int missing(Missing problem, PrintWriter err) {
        err.println("sluice: " + problem.getMessage());
        err.flush();
        return problem.exitCode();
    }
}
