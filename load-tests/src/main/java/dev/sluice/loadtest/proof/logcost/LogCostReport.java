package dev.sluice.loadtest.proof.logcost;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.proof.server.ProofOutcome;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.Ranks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * The evidence of {@code prove log-cost}: {@code rounds.csv} and what the table says.
 *
 * <p>Threading: stateless.
 */
final class LogCostReport {
    private LogCostReport() {}

    static void write(List<Measurement> measurements, Path folder) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("round,arm,cpu_us_per_request,p50_us,p99_us,one_connection_p50_us"));
        for (Measurement each : measurements) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%d,%s,%.3f,%.1f,%.1f,%.2f",
                    each.round(),
                    each.arm().words().replace(",", ""),
                    each.cpuMicros(),
                    each.p50Micros(),
                    each.p99Micros(),
                    each.singleMicros()));
        }
        Files.write(folder.resolve("rounds.csv"), lines);
    }

    static ProofOutcome outcome(LogCostPlan plan, List<Measurement> measurements, Map<Arm, LogCounts> counts) {
        double off = Ranks.median(sorted(of(Arm.OFF, measurements), Measurement::cpuMicros));
        double tenth = compared(Arm.TENTH, measurements, Measurement::cpuMicros, LogCostReport::ratio);
        double record = compared(Arm.ALL, measurements, Measurement::cpuMicros, LogCostReport::difference);
        double compressed = compared(Arm.COMPRESSED, measurements, Measurement::cpuMicros, LogCostReport::difference);
        double tenthP50 = compared(Arm.TENTH, measurements, Measurement::singleMicros, LogCostReport::ratio);
        double allP50 = compared(Arm.ALL, measurements, Measurement::singleMicros, LogCostReport::ratio);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d rounds of %d s at %.0f requests/s; medians of the rounds' ratios and differences to the server without a log",
                plan.rounds(),
                plan.span().toSeconds(),
                plan.rate()));
        lines.add(String.format(Locale.ROOT, "CPU per request without the log: %.2f µs", off));
        lines.add(String.format(Locale.ROOT, "with a tenth recorded: × %.3f", tenth));
        lines.add(String.format(
                Locale.ROOT,
                "with all recorded: %+.2f µs per record; with files compressed as they end: %+.2f µs per record",
                record,
                compressed));
        lines.add(String.format(
                Locale.ROOT, "p50 of one connection: × %.3f with a tenth recorded, × %.3f with all", tenthP50, allP50));
        List<String> failed = new ArrayList<>();
        counts.forEach((arm, sums) -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: received %d = logged %d + dropped %d + sampled out %d",
                    arm.words(),
                    sums.received(),
                    sums.logged(),
                    sums.dropped(),
                    sums.sampledOut()));
            if (!sums.addsUp() || sums.pending() != 0 || sums.received() == 0) {
                failed.add(arm.words() + ": the sums must fit, got " + sums);
            }
            if (sums.dropped() != 0) {
                failed.add(arm.words() + ": nothing may be dropped, got " + sums.dropped());
            }
        });
        if (plan.goals()) {
            require(failed, "CPU per request with a tenth recorded", tenth, LogCostPlan.TENTH_RATIO_MAX);
            require(failed, "CPU in µs per record", record, LogCostPlan.RECORD_MICROS_MAX);
            require(failed, "p50 of one connection with a tenth recorded", tenthP50, LogCostPlan.P50_RATIO_MAX);
            require(failed, "p50 of one connection with all recorded", allP50, LogCostPlan.P50_RATIO_MAX);
        }
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("rounds", plan.rounds())
                .put("rate", plan.rate())
                .put("off_cpu_us", off)
                .put("tenth_cpu_ratio", tenth)
                .put("record_cpu_us", record)
                .put("compressed_record_cpu_us", compressed)
                .put("tenth_p50_ratio", tenthP50)
                .put("all_p50_ratio", allP50);
        return new ProofOutcome("log-cost", ProofVerdict.of(failed, List.of(), false), lines, figures);
    }

    private static void require(List<String> failed, String what, double value, double max) {
        if (!(value <= max)) {
            failed.add(String.format(Locale.ROOT, "%s must be at most %.2f, got %.3f", what, max, value));
        }
    }

    /** The median over the rounds of an arm's figure against that of the server without a log in the same round. */
    private static double compared(
            Arm arm,
            List<Measurement> measurements,
            ToDoubleFunction<Measurement> figure,
            DoubleBinaryOperator comparison) {
        List<Measurement> base = of(Arm.OFF, measurements);
        List<Measurement> with = of(arm, measurements);
        List<Double> compared = new ArrayList<>();
        for (int round = 0; round < with.size(); round++) {
            compared.add(comparison.applyAsDouble(
                    figure.applyAsDouble(with.get(round)), figure.applyAsDouble(base.get(round))));
        }
        compared.sort(Double::compare);
        return Ranks.median(compared);
    }

    private static double ratio(double with, double without) {
        return with / without;
    }

    private static double difference(double with, double without) {
        return with - without;
    }

    private static List<Measurement> of(Arm arm, List<Measurement> measurements) {
        return measurements.stream().filter(each -> each.arm() == arm).toList();
    }

    private static List<Double> sorted(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
        return measurements.stream().mapToDouble(figure).sorted().boxed().toList();
    }
}
