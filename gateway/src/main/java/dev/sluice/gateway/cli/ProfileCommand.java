package dev.sluice.gateway.cli;

import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.canary.monitor.profile.Freshness;
import dev.sluice.canary.monitor.profile.GoldenRow;
import dev.sluice.canary.monitor.profile.GoldenRowMaker;
import dev.sluice.canary.monitor.profile.GoldenRows;
import dev.sluice.canary.monitor.profile.ProfileException;
import dev.sluice.canary.monitor.profile.ProfileWriter;
import dev.sluice.canary.monitor.profile.ProfiledModel;
import dev.sluice.canary.monitor.profile.ReferenceProfile;
import dev.sluice.canary.monitor.profile.Sha256;
import dev.sluice.canary.monitor.profile.Tolerance;
import dev.sluice.canary.monitor.profile.Training;
import dev.sluice.gateway.GatewayStartException;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.OpenCandidate;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Writes the reference profile of a version: its features in order, and golden rows.
 *
 * <p>Nothing is written unless the version answers its golden rows as expected.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "profile",
        description = "Writes profile.json for a version: features in the order of training, and golden rows.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Golden rows are JSON, a list or one object a line: {\"inputs\": …, \"outputs\": …}, each by name or as V2 tensors.",
            "See docs/profiles.md."
        })
final class ProfileCommand implements Callable<Integer> {
    @Option(
            names = "--minimal",
            description = "Writes the head alone, without statistics. Required: there is no more yet.")
    private boolean minimal;

    @Option(
            names = "--model",
            paramLabel = "PATH",
            required = true,
            description = "A version's folder, or an ONNX file.")
    private Path model = Path.of("");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The model's configuration; by default model.yaml in the folder of a version's model.")
    private @Nullable Path config;

    @Option(
            names = "--features",
            paramLabel = "NAME,...",
            split = ",",
            description =
                    "Names of the columns of the only input, in the order of training; by default the configuration's.")
    private List<String> features = List.of();

    @Option(names = "--golden", paramLabel = "FILE", description = "Rows of the training side, JSON or JSON lines.")
    private @Nullable Path golden;

    @Option(
            names = "--expected",
            paramLabel = "FILE",
            description = "The training library's outputs for these rows, where they are not in the same file.")
    private @Nullable Path expected;

    @Option(
            names = "--self-derive",
            paramLabel = "N",
            description = "Lets the model itself compute N rows, from --golden's inputs without outputs or made up."
                    + " They do not satisfy require-golden.")
    private int selfDerive;

    @Option(names = "--rtol", paramLabel = "X", description = "Relative tolerance (default: ${DEFAULT-VALUE}).")
    private double relative = Tolerance.DEFAULT.relative();

    @Option(names = "--atol", paramLabel = "X", description = "Absolute tolerance (default: ${DEFAULT-VALUE}).")
    private double absolute = Tolerance.DEFAULT.absolute();

    @Mixin
    private ProfileFacts facts = new ProfileFacts();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write; by default profile.json beside the model.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replaces a file that is there.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ProfileCommand() {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Tolerance tolerance;
        Training training;
        Freshness freshness;
        try {
            requireUsage();
            tolerance = new Tolerance(relative, absolute);
            training = facts.training();
            freshness = facts.freshness();
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.USAGE;
        }
        GatewayConfig defaults = GatewayConfig.defaults();
        Logging.configure(defaults.logging());
        ProfiledVersion version;
        try {
            version = ProfiledVersion.find(model, config);
            version = features.isEmpty() ? version : version.withFeatures(features);
        } catch (ProfileException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.CONFIGURATION;
        }
        if (version.config().transform().isPresent()) {
            err.println("sluice: the model has a transform, and profiles of such models cannot be written yet");
            return ExitCode.USAGE;
        }
        Path target = output == null ? version.files().folder().resolve(ReferenceProfile.FILE_NAME) : output;
        if (Files.exists(target) && !force) {
            err.println("sluice: " + target + " is there; --force replaces it");
            return ExitCode.USAGE;
        }
        try (OpenCandidate open = OpenCandidate.open(defaults, version.files(), version.config())) {
            return write(open, version, tolerance, training, freshness, target);
        } catch (ProfileException | IllegalArgumentException | GatewayStartException e) {
            err.println("sluice: " + e.getMessage());
        } catch (ModelLoadException e) {
            err.println("sluice: step " + e.step() + ": " + e.getMessage());
        } catch (IOException e) {
            err.println("sluice: " + target + " cannot be written: " + e.getMessage());
        }
        return ExitCode.FINDING;
    }

    private void requireUsage() {
        if (!minimal) {
            throw new IllegalArgumentException(
                    "only the minimal profile is offered: features in order and golden rows, no statistics; add --minimal");
        }
        if (expected != null && golden == null) {
            throw new IllegalArgumentException("--expected needs --golden, the rows that it has outputs for");
        }
        if (selfDerive < 0 || selfDerive > GoldenRows.ROWS_MAX) {
            throw new IllegalArgumentException(
                    "--self-derive must be between 0 and " + GoldenRows.ROWS_MAX + ", got " + selfDerive);
        }
    }

    private int write(
            OpenCandidate open,
            ProfiledVersion version,
            Tolerance tolerance,
            Training training,
            Freshness freshness,
            Path target)
            throws ProfileException, ModelLoadException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        Candidate candidate = open.candidate();
        FeatureOrder order =
                FeatureOrder.of(candidate.signature(), version.config().features());
        GoldenRowMaker maker = new GoldenRowMaker(candidate, order);
        GoldenRows rows = new GoldenRows(rows(open, maker), tolerance, Map.of());
        if (!rows.rows().isEmpty()) {
            out.println("golden: " + maker.check(rows));
        }
        ReferenceProfile profile = new ReferenceProfile(
                new ProfiledModel(
                        Optional.of(version.files().key().name()),
                        version.version(),
                        Optional.of(Sha256.of(version.files().modelFile()))),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                "sluice " + new BuildVersion().sluice(),
                training,
                freshness,
                order,
                rows);
        replace(target, ProfileWriter.write(profile));
        out.println("wrote " + target + ": " + order.features().size() + " features (order "
                + order.sha256().substring(0, 12) + "…), " + rows.count(GoldenRow.Source.TRAINING)
                + " golden rows from training, " + rows.count(GoldenRow.Source.SELF_DERIVED) + " self-derived");
        out.flush();
        return ExitCode.OK;
    }

    private List<GoldenRow> rows(OpenCandidate open, GoldenRowMaker maker) throws ProfileException, ModelLoadException {
        List<GoldenRow> rows = new ArrayList<>();
        List<String> inputs = List.of();
        if (golden != null) {
            GoldenRowMaker.Made made = maker.read(golden, Optional.ofNullable(expected));
            rows.addAll(made.rows());
            inputs = made.inputsAlone();
            if (!inputs.isEmpty() && selfDerive == 0) {
                throw new ProfileException(golden.getFileName() + ": " + inputs.size()
                        + " rows have no outputs; give those of the training library (--expected), or let the model compute"
                        + " them (--self-derive), which does not satisfy require-golden");
            }
        }
        if (inputs.isEmpty() && selfDerive > 0) {
            for (List<Tensor> madeUp : open.madeUpRows(selfDerive)) {
                rows.add(maker.selfDerived(madeUp));
            }
        }
        for (String alone : inputs.subList(0, Math.min(selfDerive, inputs.size()))) {
            rows.add(maker.selfDerived(alone));
        }
        return rows;
    }

    /** Whole or not at all: the file may lie where a server looks. */
    private static void replace(Path target, String text) throws IOException {
        Path full = target.toAbsolutePath();
        Path part = full.resolveSibling("." + full.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, full, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
