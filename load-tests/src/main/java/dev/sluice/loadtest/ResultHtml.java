package dev.sluice.loadtest;

import dev.sluice.loadtest.report.HtmlPage;
import dev.sluice.loadtest.report.HtmlPage.Cell;
import dev.sluice.loadtest.report.HtmlPage.Figure;
import dev.sluice.loadtest.report.HtmlPage.Mood;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The HTML report of a run.
 *
 * <p>Threading: stateless.
 */
final class ResultHtml {
    private ResultHtml() {}

    static String render(RunReport report) {
        LoadResult result = report.result();
        LoadPlan plan = result.plan();
        HtmlPage page = new HtmlPage("Load test: " + ResultText.targetWords(plan))
                .lead(plan.url() + " · " + plan.arrivals() + " · "
                        + report.startedAt().truncatedTo(ChronoUnit.SECONDS))
                .verdict(report.exitCode().words(), mood(report.exitCode()));
        SearchResult search = report.search();
        if (search != null) {
            page.paragraph("Highest rate: " + ResultText.searchWords(search));
        }
        String trust = result.exitCode() == ExitCode.OK ? "Note: " : "Not to be trusted: ";
        result.complaints().forEach(complaint -> page.note(trust + complaint));
        if (result.contentComplaint() != null) {
            page.note("Wrong answers, the first: " + result.contentComplaint());
        }
        page.figures(figures(result));
        if (!plan.slos().isEmpty()) {
            page.heading("Goals").table(List.of("goal", "measured", ""), goals(result));
        }
        if (search != null) {
            page.heading("Steps of the search")
                    .chart(ResultCharts.search(search))
                    .table(List.of("step", "rate", "why", "verdict", "ok/s", "failed", "p50", "p99"), steps(search));
        }
        page.heading("Latency");
        if (search != null) {
            page.paragraph("Of the step at " + plan.arrivals() + ".");
        }
        page.chart(ResultCharts.latency(result)).chart(ResultCharts.percentiles(result));
        page.heading("Throughput and errors")
                .chart(ResultCharts.throughput(result))
                .chart(ResultCharts.errors(result));
        if (!result.stages().isEmpty()) {
            page.heading("Stages").table(head("stage"), groups(result.stages()));
        }
        page.heading("Targets").table(head("target"), groups(result.targets()));
        if (!result.errors().isEmpty()) {
            page.heading("Failures").table(List.of("what", "requests"), errors(result.errors()));
        }
        page.heading("Generator").table(List.of("what", "value"), generator(result));
        page.heading("Environment").table(List.of("what", "value"), environment(report));
        return page.heading("Command line")
                .preformatted("sluice " + String.join(" ", report.commandLine()))
                .toHtml();
    }

    /** The report of a run that could not begin. */
    static String renderReason(String reason, LoadPlan plan) {
        return new HtmlPage("Load test: " + ResultText.targetWords(plan))
                .lead(plan.url() + " · " + plan.arrivals())
                .verdict(ExitCode.NOT_MEASURED.words(), Mood.OPEN)
                .note(reason)
                .toHtml();
    }

    private static Mood mood(ExitCode exitCode) {
        return switch (exitCode) {
            case OK -> Mood.GOOD;
            case GOAL_MISSED -> Mood.BAD;
            case NOT_MEASURED, USAGE -> Mood.OPEN;
        };
    }

    private static List<Figure> figures(LoadResult result) {
        LatencySummary latency = result.latency();
        return List.of(
                new Figure(oneDigit(result.okPerSecond()), "answers per second"),
                new Figure(DurationText.ofNanos(latency.p50Nanos()), "p50"),
                new Figure(DurationText.ofNanos(latency.p99Nanos()), "p99"),
                new Figure(DurationText.ofNanos(latency.p999Nanos()), "p99.9"),
                new Figure(DurationText.ofNanos(latency.maxNanos()), "max"),
                new Figure(Long.toString(result.failed()), "failed of " + result.sent()));
    }

    private static List<List<Cell>> goals(LoadResult result) {
        List<List<Cell>> rows = new ArrayList<>();
        for (SloOutcome slo : result.sloOutcomes()) {
            ExitCode verdict = result.verdict(slo);
            rows.add(List.of(
                    Cell.of(slo.words()),
                    Cell.of(slo.actual()),
                    new Cell(ResultText.goalWords(verdict), mood(verdict))));
        }
        return rows;
    }

    private static List<List<Cell>> steps(SearchResult search) {
        List<List<Cell>> rows = new ArrayList<>();
        for (SearchStep step : search.steps()) {
            LatencySummary latency = step.result().latency();
            rows.add(List.of(
                    Cell.of(Integer.toString(step.number())),
                    Cell.of(ResultText.rate(step.perSecond()) + "/s"),
                    Cell.of(step.purpose().words()),
                    new Cell(ResultText.goalWords(step.verdict()), mood(step.verdict())),
                    Cell.of(oneDigit(step.result().okPerSecond())),
                    Cell.of(Long.toString(step.result().failed())),
                    Cell.of(DurationText.ofNanos(latency.p50Nanos())),
                    Cell.of(DurationText.ofNanos(latency.p99Nanos()))));
        }
        return rows;
    }

    private static List<String> head(String first) {
        return List.of(first, "sent", "failed", "ok/s", "p50", "p90", "p99", "p99.9", "max");
    }

    private static List<List<Cell>> groups(List<Totals> groups) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Totals group : groups) {
            LatencySummary latency = group.latency().summary();
            rows.add(List.of(
                    Cell.of(group.name()),
                    Cell.of(Long.toString(group.sent())),
                    new Cell(Long.toString(group.failed()), group.failed() == 0 ? Mood.PLAIN : Mood.BAD),
                    Cell.of(oneDigit(group.okPerSecond())),
                    Cell.of(DurationText.ofNanos(latency.p50Nanos())),
                    Cell.of(DurationText.ofNanos(latency.p90Nanos())),
                    Cell.of(DurationText.ofNanos(latency.p99Nanos())),
                    Cell.of(DurationText.ofNanos(latency.p999Nanos())),
                    Cell.of(DurationText.ofNanos(latency.maxNanos()))));
        }
        return rows;
    }

    private static List<List<Cell>> errors(Map<String, Long> errors) {
        return new TreeMap<>(errors)
                .entrySet().stream()
                        .map(error -> List.of(
                                Cell.of(words(error.getKey())),
                                Cell.of(error.getValue().toString())))
                        .toList();
    }

    private static String words(String error) {
        return switch (error) {
            case "connect" -> "connect: no connection could be opened";
            case "timeout" -> "timeout: no complete answer in time";
            case "reset" -> "reset: the connection broke before the answer was complete";
            case "unsent" -> "unsent: given up by the generator before it was sent";
            case "unconnected" -> "unconnected: waited for a free connection until its time was up";
            case "content" -> "content: answered with success, but not by the model that was asked";
            default -> "HTTP status " + error;
        };
    }

    private static List<List<Cell>> generator(LoadResult result) {
        GeneratorHealth health = result.health();
        List<List<Cell>> rows = new ArrayList<>();
        if (health.lateness().count() > 0) {
            rows.add(row(
                    "lateness, from the time a request was due to the attempt to send it",
                    "p50 " + DurationText.ofNanos(health.lateness().nanosAt(50)) + ", p99 "
                            + DurationText.ofNanos(health.lateness().nanosAt(99)) + ", max "
                            + DurationText.ofNanos(health.lateness().nanosAt(100))));
        }
        rows.add(row("busiest event loop, running", percent(health.loopBusyMax())));
        rows.add(row("busiest event loop, waiting for a CPU", percent(health.loopWaitMax())));
        rows.add(row("CPU per request", DurationText.ofNanos(health.cpuNanosPerRequest())));
        if (result.serverCpuNanosPerRequest() != null) {
            rows.add(row("server CPU per request", DurationText.ofNanos(result.serverCpuNanosPerRequest())));
        }
        rows.add(row("loops, connections at most", result.plan().loops() + ", " + connections(result.plan())));
        return rows;
    }

    private static int connections(LoadPlan plan) {
        return plan.arrivals() instanceof Arrivals.Closed closed ? closed.connections() : plan.connectionsMax();
    }

    private static List<List<Cell>> environment(RunReport report) {
        LoadPlan plan = report.result().plan();
        Map<String, String> all = new TreeMap<>(report.environment());
        all.put("seed", Long.toString(plan.seed()));
        all.put("warm-up", DurationText.ofNanos(plan.warmup().toNanos()));
        all.put("timeout", DurationText.ofNanos(plan.timeout().toNanos()));
        return all.entrySet().stream()
                .map(each -> row(each.getKey(), each.getValue()))
                .collect(Collectors.toList());
    }

    private static List<Cell> row(String name, String value) {
        return List.of(Cell.of(name), Cell.of(value));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    private static String oneDigit(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
