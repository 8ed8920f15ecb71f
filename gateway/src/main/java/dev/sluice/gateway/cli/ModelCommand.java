package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.config.ControlConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Asks a running server to load, unload, label and roll back, through its control port.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "model",
        description = "Loads, unloads, labels and rolls back models of a running server.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 the server refused, 2 there was no answer, 64 usage."})
final class ModelCommand implements Callable<Integer> {
    private static final String MODEL_LABEL = "MODEL";

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ModelCommand() {}

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    @Command(name = "list", description = "Lists models, versions, states and labels.")
    int list(@Mixin ControlOptions options) {
        return ask(options, ModelListing::text, "GET", "", "models");
    }

    @Command(
            name = "load",
            description =
                    "Loads what was unloaded, changed or failed. With --version, that version beside those of the model's"
                            + " policy; it stays loaded.")
    int load(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = MODEL_LABEL) String model,
            @Option(names = "--version", paramLabel = "N", description = "One version.") @Nullable Long version) {
        return ask(options, ModelListing::versions, "POST", parameters(version), "repository", "models", model, "load");
    }

    @Command(
            name = "unload",
            description = "Takes a model, or one version, away until it is loaded again, over restarts too.")
    int unload(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = MODEL_LABEL) String model,
            @Option(names = "--version", paramLabel = "N", description = "One version.") @Nullable Long version) {
        return ask(
                options, ModelListing::versions, "POST", parameters(version), "repository", "models", model, "unload");
    }

    @Command(name = "reload", description = "Loads what serves once more and swaps it in.")
    int reload(@Mixin ControlOptions options, @Parameters(paramLabel = MODEL_LABEL) String model) {
        return ask(options, ModelListing::versions, "POST", "", "repository", "models", model, "reload");
    }

    @Command(
            name = "label",
            description =
                    "Moves a label to a version that is ready; the label 'stable' is where requests go by default.")
    int label(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = MODEL_LABEL) String model,
            @Parameters(paramLabel = "LABEL") String label,
            @Parameters(paramLabel = "VERSION") long version) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("version", Long.toString(version))
                .toString();
        return ask(options, ModelListing::labelled, "PUT", body, "models", model, "labels", label);
    }

    @Command(name = "unlabel", description = "Takes a label away.")
    int unlabel(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = MODEL_LABEL) String model,
            @Parameters(paramLabel = "LABEL") String label) {
        return ask(options, ModelListing::labelled, "DELETE", "", "models", model, "labels", label);
    }

    @Command(name = "rollback", description = "Goes back to the version that served before.")
    int rollback(@Mixin ControlOptions options, @Parameters(paramLabel = MODEL_LABEL) String model) {
        return ask(options, ModelListing::rolledBack, "POST", "", "models", model, "rollback");
    }

    private static String parameters(@Nullable Long version) {
        if (version == null) {
            return "";
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("parameters").put("version", Long.toString(version));
        return body.toString();
    }

    private int ask(
            ControlOptions options, Function<JsonNode, String> text, String method, String body, String... segments) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ControlClient.Answer answer;
        try {
            answer = new ControlClient(options.control(), System.getenv(ControlConfig.TOKEN_VARIABLE))
                    .ask(method, body, segments);
        } catch (IOException | IllegalArgumentException e) {
            String reason = e.getMessage() == null ? "connection refused" : e.getMessage();
            err.println("sluice: no answer from " + options.control() + ": " + reason);
            return ExitCode.INSUFFICIENT;
        }
        if (options.json()) {
            out.println(answer.text());
        } else if (answer.ok()) {
            out.print(text.apply(answer.json()));
        } else {
            err.println("sluice: " + answer.error());
        }
        out.flush();
        return answer.ok() ? ExitCode.OK : ExitCode.FINDING;
    }
}
