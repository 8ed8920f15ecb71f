package dev.sluice.gateway.cli;

import dev.sluice.gateway.GatewayStartException;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.RepositoryCheck;
import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.Publication;
import dev.sluice.loader.repository.PublishException;
import dev.sluice.loader.repository.Published;
import dev.sluice.loader.repository.Publisher;
import dev.sluice.loader.repository.StagedCheck;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Publishes a version: whole, checked, or not at all.
 *
 * <p>Threading: main thread.
 *
 * @see "docs/publishing.md"
 */
@Command(
        name = "publish",
        description =
                "Publishes a folder of files as a version of a model: copies, hashes and validates it where no server looks,"
                        + " then renames it. Exits 1 when it fails validation; then nothing is published.")
final class PublishCommand implements Callable<Integer> {
    private static final Path REPOSITORY = Path.of("models");

    @Option(names = "--model", required = true, paramLabel = "NAME", description = "The model.")
    private String model = "";

    /** Not Sluice's own, which other commands print for this option. */
    @Option(names = "--version", paramLabel = "N", description = "Its version; default: the highest and 1.")
    private @Nullable Long version;

    @Option(names = "--from", required = true, paramLabel = "FOLDER", description = "The version's files.")
    private Path from = Path.of("");

    @Option(
            names = "--repository",
            paramLabel = "FOLDER",
            description = "The folder of models; default: the configuration's first 'repository', else models.")
    private @Nullable Path repository;

    @Option(names = "--source-commit", paramLabel = "TEXT", description = "Lineage: of the code that trained it.")
    private @Nullable String sourceCommit;

    @Option(names = "--training-run", paramLabel = "TEXT", description = "Lineage: the run that made it.")
    private @Nullable String trainingRun;

    @Option(names = "--data-sha256", paramLabel = "TEXT", description = "Lineage: hash of its training data.")
    private @Nullable String dataSha256;

    @Option(names = "--owner", paramLabel = "TEXT", description = "Lineage: who answers for it.")
    private @Nullable String owner;

    @Option(names = "--intended-use", paramLabel = "TEXT", description = "Lineage: what it is for.")
    private @Nullable String intendedUse;

    @Option(names = "--no-validate", description = "Publishes it without loading it.")
    private boolean unchecked;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file (sluice.yaml).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration, over the file; may be repeated.")
    private List<String> assignments = List.of();

    @SuppressWarnings("UnusedVariable") // picocli acts on it; the usual mixin would take --version
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    PublishCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        ConfigOutcome outcome = ConfigReader.read(Optional.ofNullable(file), assignments);
        if (outcome instanceof ConfigOutcome.Invalid invalid) {
            invalid.problems().forEach(err::println);
            return ExitCode.CONFIGURATION;
        }
        GatewayConfig config = ((ConfigOutcome.Valid) outcome).config();
        Logging.configure(config.logging());
        try {
            print(publish(config, err), err);
            return ExitCode.OK;
        } catch (PublishException e) {
            err.println("sluice: not published: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (ModelLoadException e) {
            err.println("sluice: not published: step " + e.step() + ": " + e.getMessage());
            return ExitCode.FINDING;
        } catch (IOException e) {
            err.println("sluice: not published: step copy: " + e);
            return ExitCode.FINDING;
        } catch (GatewayStartException e) {
            err.println("sluice: not published: " + e.getMessage());
            return ExitCode.FINDING;
        }
    }

    private Published publish(GatewayConfig config, PrintWriter err)
            throws PublishException, ModelLoadException, IOException, InterruptedException {
        Path folder = repository(config);
        Publication publication = new Publication(
                folder, model, version == null ? OptionalLong.empty() : OptionalLong.of(version), from, lineage());
        PublishProgress progress = new PublishProgress(err, System::nanoTime);
        StagedCheck check = (key, staged) -> {
            if (!unchecked) {
                progress.validating();
                RepositoryCheck.staged(config.withRepository(List.of(folder)), folder, key, staged);
            }
        };
        return new Publisher(InstantSource.system()).publish(publication, check, progress);
    }

    private Path repository(GatewayConfig config) {
        if (repository != null) {
            return repository;
        }
        return config.repository().isEmpty() ? REPOSITORY : config.repository().get(0);
    }

    private Lineage lineage() {
        try {
            return new Lineage(
                    Optional.ofNullable(sourceCommit),
                    Optional.ofNullable(trainingRun),
                    Optional.ofNullable(dataSha256),
                    Optional.ofNullable(owner),
                    Optional.ofNullable(intendedUse),
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "lineage: " + e.getMessage(), e);
        }
    }

    private void print(Published published, PrintWriter err) {
        if (!published.leftOut().isEmpty()) {
            err.println("  left out   " + String.join(", ", published.leftOut()) + ": no part of a version");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("published " + published.manifest().key() + " at " + published.folder() + ": "
                + StartupPrinter.plural(published.manifest().files().size(), "file") + ", "
                + published.manifest().sizeOfFiles() + " bytes");
        out.flush();
    }
}
