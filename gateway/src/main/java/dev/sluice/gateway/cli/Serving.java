package dev.sluice.gateway.cli;

import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayStartException;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.state.StateException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * What {@code serve} does once its arguments are understood.
 *
 * <p>Threading: main thread; a shutdown hook stops the gateway.
 */
final class Serving {
    private Serving() {}

    /**
     * Serves models until the process is told to stop.
     *
     * @return the exit code
     */
    static int run(ConfigOptions options, PrintWriter out, PrintWriter err) throws InterruptedException {
        Optional<GatewayConfig> read = options.read(err);
        if (read.isEmpty()) {
            return ExitCode.CONFIGURATION;
        }
        GatewayConfig config = read.get();
        Logging.configure(config.logging());
        BuildVersion version = new BuildVersion();
        out.println("Sluice " + version.sluice() + ", ONNX Runtime " + version.onnxRuntime() + ", Java "
                + Runtime.version().feature() + ", "
                + StartupPrinter.plural(Runtime.getRuntime().availableProcessors(), "CPU"));
        StartupPrinter printer = new StartupPrinter(out);
        Gateway gateway;
        try {
            gateway = Gateway.start(config, printer);
        } catch (RepositoryException | StateException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.CONFIGURATION;
        } catch (GatewayStartException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.FINDING;
        }
        Logging.watchEventLoops();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            gateway.close();
                            stopped.countDown();
                        },
                        "sluice-shutdown"));
        printAddresses(out, config, gateway);
        stopped.await();
        return ExitCode.OK;
    }

    private static void printAddresses(PrintWriter out, GatewayConfig config, Gateway gateway) {
        String http = "http://" + reachable(config.http().host()) + ":" + gateway.httpPort();
        String metrics = "http://" + reachable(config.metrics().host()) + ":" + gateway.metricsPort();
        out.println("HTTP      " + http + "/v2/models");
        if (config.metrics().enabled()) {
            out.println("Metrics   " + metrics + "/metrics");
        }
        String control = "http://" + reachable(config.control().host()) + ":" + gateway.controlPort();
        if (config.control().enabled()) {
            out.println("Control   " + control + "/v2/models");
        }
        Duration up = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
        out.println(String.format(Locale.ROOT, "Started in %.1f s. Stop with Ctrl-C.", up.toMillis() / 1000.0));
        out.println("listening http=" + http + " metrics=" + (config.metrics().enabled() ? metrics : "-") + " control="
                + (config.control().enabled() ? control : "-") + " pid="
                + ProcessHandle.current().pid());
        out.flush();
    }

    /** An address that a client on this machine can use. */
    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "localhost";
        }
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
