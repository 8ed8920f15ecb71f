package dev.sluice.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ServeCommand() {}

    ConfigOptions options() {
        return options;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Serving.run(
                options, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
}
