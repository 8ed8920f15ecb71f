package dev.sluice.loadtest.proof.server;

import picocli.CommandLine.Option;

/**
 * How a proof's command is told to start its servers.
 *
 * <p>Threading: confined to the main thread.
 */
public final class ServerOptions {
    @Option(names = "--launcher", defaultValue = "./sluice", description = "Starts the server (${DEFAULT-VALUE}).")
    private String launcher = "./sluice";

    @Option(
            names = "--java-options",
            defaultValue = "-Xms256m -Xmx256m -XX:+AlwaysPreTouch",
            description = "For the server's JVM. The default keeps the heap's own growth out of resident memory.")
    private String javaOptions = "-Xms256m -Xmx256m -XX:+AlwaysPreTouch";

    /** How to start servers as these options say. */
    public ServerStart start() {
        return new ServerStart(launcher, javaOptions);
    }
}
