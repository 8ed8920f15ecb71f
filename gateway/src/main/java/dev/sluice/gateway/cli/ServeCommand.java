package dev.sluice.gateway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Serves models until it is told to stop.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "serve",
        description = "Serves the models of one or more folders over HTTP.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--state-dir",
            paramLabel = "FOLDER",
            description = "Folder for labels, unloads and serving history; the same as --set state-dir=FOLDER.")
    private @Nullable String stateDir;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ServeCommand() {}

    ConfigOptions options() {
        return stateDir == null ? options : options.with("state-dir=" + stateDir);
    }

    @Override
    public Integer call() throws InterruptedException {
        return Serving.run(
                options(), spec.commandLine().getOut(), spec.commandLine().getErr());
    }
}
