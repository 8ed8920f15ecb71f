package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.LoadMain;
import dev.sluice.loadtest.proof.feedback.FeedbackCommand;
import dev.sluice.loadtest.proof.jmh.AllocCommand;
import dev.sluice.loadtest.proof.jmh.CodecCommand;
import dev.sluice.loadtest.proof.kill.KillPublishCommand;
import dev.sluice.loadtest.proof.killlog.KillLogCommand;
import dev.sluice.loadtest.proof.logcost.LogCostCommand;
import dev.sluice.loadtest.proof.logfaults.LogFaultsCommand;
import dev.sluice.loadtest.proof.manymodels.ManyModelsCommand;
import dev.sluice.loadtest.proof.publish.PublishCommand;
import dev.sluice.loadtest.proof.speed.SpeedCommand;
import dev.sluice.loadtest.proof.unload.UnloadCommand;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Entry point of the named proofs, called by {@code load-tests/prove}.
 *
 * <p>Threading: the main thread runs one proof.
 */
public final class ProofMain {
    private ProofMain() {}

    public static void main(String[] args) {
        System.exit(LoadMain.execute(commandLine(), args));
    }

    static CommandLine commandLine() {
        return LoadMain.configure(new CommandLine(new Root())
                .addSubcommand(new SoakCommand())
                .addSubcommand(new AllocCommand())
                .addSubcommand(new CodecCommand())
                .addSubcommand(new SpeedCommand())
                .addSubcommand(new PublishCommand())
                .addSubcommand(new UnloadCommand())
                .addSubcommand(new ManyModelsCommand())
                .addSubcommand(new KillPublishCommand())
                .addSubcommand(new FeedbackCommand())
                .addSubcommand(new LogFaultsCommand())
                .addSubcommand(new KillLogCommand())
                .addSubcommand(new LogCostCommand()));
    }

    /**
     * The command that the proofs hang under.
     *
     * <p>Threading: confined to the main thread.
     */
    @Command(name = "prove", description = "Runs a named proof.", mixinStandardHelpOptions = true)
    static final class Root implements Runnable {
        @Spec
        private @Nullable CommandSpec spec;

        @Option(names = "--list", description = "Print the names and what each proof shows.")
        private boolean list;

        @Override
        public void run() {
            if (spec == null) {
                throw new IllegalStateException("the command runs through picocli only");
            }
            if (!list) {
                throw new ParameterException(spec.commandLine(), "the name of a proof is needed; --list prints them");
            }
            for (Map.Entry<String, CommandLine> proof : spec.subcommands().entrySet()) {
                String shows = String.join(
                        " ", proof.getValue().getCommandSpec().usageMessage().description());
                spec.commandLine().getOut().printf("%-14s %s%n", proof.getKey(), shows);
            }
            spec.commandLine().getOut().flush();
        }
    }
}
