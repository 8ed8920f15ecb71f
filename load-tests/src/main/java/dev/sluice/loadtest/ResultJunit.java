package dev.sluice.loadtest;

import dev.sluice.loadtest.report.JunitSuite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JUnit XML report: a test case for each goal, and one for whether the generator kept up.
 *
 * <p>Threading: stateless.
 */
final class ResultJunit {
    private static final String SUITE = "sluice load";

    private ResultJunit() {}

    static String render(RunReport report) {
        LoadResult result = report.result();
        double seconds = result.seconds();
        List<JunitSuite.Case> cases = new ArrayList<>();
        cases.add(generator(result, seconds));
        for (SloOutcome slo : result.sloOutcomes()) {
            cases.add(goal(slo, seconds, result.verdict(slo)));
        }
        SearchResult search = report.search();
        if (search != null) {
            cases.add(search(search, seconds));
        } else if (result.plan().slos().isEmpty()) {
            cases.add(new JunitSuite.Case(
                    className(null),
                    "answers",
                    seconds,
                    result.ok() == 0 ? JunitSuite.Kind.ERROR : JunitSuite.Kind.PASSED,
                    result.ok() + " of " + result.sent() + " requests were answered"));
        }
        return new JunitSuite(SUITE, report.startedAt(), seconds, report.environment(), cases, ResultText.table(report))
                .toXml();
    }

    private static String className(@Nullable String target) {
        return target == null ? "sluice.load" : "sluice.load." + target;
    }

    /** One that was merely late, while all goals were met all the more, leaves nothing open. */
    private static JunitSuite.Case generator(LoadResult result, double seconds) {
        return new JunitSuite.Case(
                className(null),
                "the generator kept up",
                seconds,
                result.complaints().isEmpty() || result.exitCode() == ExitCode.OK
                        ? JunitSuite.Kind.PASSED
                        : JunitSuite.Kind.ERROR,
                String.join("; ", result.complaints()));
    }

    /** A goal that an unfit generator leaves open is an error, not a failure of the server. */
    private static JunitSuite.Case goal(SloOutcome slo, double seconds, ExitCode verdict) {
        return new JunitSuite.Case(
                className(slo.target()), slo.goal(), seconds, kind(verdict), slo.words() + ", got " + slo.actual());
    }

    private static JunitSuite.Kind kind(ExitCode verdict) {
        return switch (verdict) {
            case OK -> JunitSuite.Kind.PASSED;
            case GOAL_MISSED -> JunitSuite.Kind.FAILED;
            case NOT_MEASURED, USAGE -> JunitSuite.Kind.ERROR;
        };
    }

    private static JunitSuite.Case search(SearchResult search, double seconds) {
        return new JunitSuite.Case(
                className(null), "highest rate", seconds, kind(search.exitCode()), ResultText.searchWords(search));
    }

    /** The report of a run that could not begin. */
    static String renderReason(String reason, LoadPlan plan) {
        JunitSuite.Case target = new JunitSuite.Case(
                className(null),
                plan.url() + " " + ResultText.targetWords(plan) + " can be measured",
                0,
                JunitSuite.Kind.ERROR,
                reason);
        return new JunitSuite(SUITE, null, 0, RunReport.thisMachine(), List.of(target), "could not measure: " + reason)
                .toXml();
    }
}
