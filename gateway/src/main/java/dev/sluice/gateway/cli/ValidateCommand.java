package dev.sluice.gateway.cli;

import dev.sluice.gateway.GatewayStartException;
import dev.sluice.gateway.Logging;
import dev.sluice.gateway.RepositoryCheck;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.control.LoadLog;
import dev.sluice.loader.lifecycle.LoadReport;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.loader.tuning.Tuning;
import dev.sluice.loader.verify.GateStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads, checks and times every version without serving it.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "validate",
        description = "Loads, checks and times every version without serving it; exits 1 when one fails.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--verbose", description = "Also prints the steps that each version took, with their times.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    ValidateCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Optional<GatewayConfig> read = options.read(err);
        if (read.isEmpty()) {
            return ExitCode.CONFIGURATION;
        }
        Logging.configure(read.get().logging());
        RepositoryCheck.Result result;
        try {
            result = RepositoryCheck.run(read.get(), new StartupPrinter(err));
        } catch (RepositoryException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.CONFIGURATION;
        } catch (GatewayStartException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.FINDING;
        }
        int failed = print(out, result, verbose);
        return failed == 0 ? ExitCode.OK : ExitCode.FINDING;
    }

    private static int print(PrintWriter out, RepositoryCheck.Result result, boolean verbose) {
        List<LoadReport> reports = result.reports();
        int width = Math.max(
                5,
                result.definitions().stream()
                        .mapToInt(definition -> definition.name().length())
                        .max()
                        .orElse(5));
        String format = "%-" + width + "s  %7s  %-6s  %9s  %-8s  %-9s  %5s  %s%n";
        out.printf(Locale.ROOT, format, "MODEL", "VERSION", "RESULT", "TIME", "DEVICE", "EXECUTION", "BATCH", "DETAIL");
        int failed = 0;
        for (ModelDefinition definition : result.definitions()) {
            for (String problem : definition.problems()) {
                out.printf(Locale.ROOT, format, definition.name(), "-", "FAILED", "-", "-", "-", "-", problem);
                failed++;
            }
            if (definition.problems().isEmpty() && definition.versions().isEmpty()) {
                out.printf(Locale.ROOT, format, definition.name(), "-", "FAILED", "-", "-", "-", "-", "no versions");
                failed++;
            }
        }
        for (LoadReport report : reports) {
            boolean ok = report.ok();
            Tuning tuning = report.tuning();
            failed += ok ? 0 : 1;
            out.printf(
                    Locale.ROOT,
                    format,
                    report.key().name(),
                    report.key().version(),
                    ok ? "ok" : "FAILED",
                    report.duration().toMillis() + " ms",
                    ok ? String.valueOf(report.device()) : "-",
                    tuning == null ? "-" : tuning.execution(),
                    tuning == null ? "-" : tuning.maxRows(),
                    ok ? report.batching() : "step " + report.step() + ": " + report.reason());
            if (verbose) {
                for (GateStep step : report.steps()) {
                    out.println("    " + LoadLog.text(List.of(step)));
                }
            }
        }
        out.println(reports.size() + " versions checked, " + failed + " failed");
        out.flush();
        return failed;
    }
}
