package dev.sluice.gateway.cli;

import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options by which commands learn the configuration.
 *
 * <p>Threading: main thread.
 */
final class ConfigOptions {
    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..*",
            description = "Model repositories: folders of models. Without one, the configuration's 'repository'.")
    private List<Path> folders = List.of();

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file (sluice.yaml).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key, over the file; may be repeated. Example: --set http.port=9000")
    private List<String> assignments = List.of();

    /** Filled by the command line library. */
    ConfigOptions() {}

    ConfigOptions(List<Path> folders, @Nullable Path file, List<String> assignments) {
        this.folders = List.copyOf(folders);
        this.file = file;
        this.assignments = List.copyOf(assignments);
    }

    List<Path> folders() {
        return folders;
    }

    @Nullable Path file() {
        return file;
    }

    List<String> assignments() {
        return assignments;
    }

    /** The same with one more assignment, which goes before the others. */
    ConfigOptions with(String assignment) {
        List<String> more = new ArrayList<>(assignments);
        more.add(assignment);
        return new ConfigOptions(folders, file, more);
    }

    /** The configuration, or empty after every problem with it was printed. */
    Optional<GatewayConfig> read(PrintWriter err) {
        ConfigOutcome outcome = ConfigReader.read(Optional.ofNullable(file), assignments, System::getenv);
        if (outcome instanceof ConfigOutcome.Invalid invalid) {
            invalid.problems().forEach(err::println);
            return Optional.empty();
        }
        GatewayConfig config = ((ConfigOutcome.Valid) outcome).config();
        if (!folders.isEmpty()) {
            config = config.withRepository(folders);
        }
        if (config.repository().isEmpty()) {
            err.println(
                    "repository: must name at least one folder of models, on the command line or in the configuration");
            return Optional.empty();
        }
        return Optional.of(config);
    }
}
