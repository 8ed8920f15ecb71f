package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportFilesTest {
    @TempDir
    Path folder = Path.of("");

    private final RunReport report = ReportFixtures.report(ReportFixtures.twoTargetsTwoStages());

    /** A changed file is a changed format: see the number in {@link ResultJson} before updating it. */
    @Test
    void jsonReportIsTheGoldenOne() throws IOException {
        Path json = folder.resolve("report.json");

        ResultJson.write(report, json);

        try (InputStream golden = getClass().getResourceAsStream("report.golden.json")) {
            assertThat(Files.readString(json).strip())
                    .isEqualTo(
                            new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }

    @Test
    void junitReportHasACaseForEachGoalOfEachTarget() throws Exception {
        Element suite = (Element) xml(ResultJunit.render(report))
                .getElementsByTagName("testsuite")
                .item(0);

        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("0");
        assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-01-02T03:04:05");
        Element missed = (Element) suite.getElementsByTagName("testcase").item(2);
        assertThat(missed.getAttribute("classname")).isEqualTo("sluice.load.slow");
        assertThat(missed.getAttribute("name")).isEqualTo("errors <= 0");
        Element failure = (Element) missed.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("slow: errors <= 0, got 5");
    }

    @Test
    void junitReportCallsWhatCouldNotBeMeasuredAnError() throws Exception {
        LoadPlan plan = LoadFixtures.plan().slo(Slo.parse("p99=1ms")).build();
        RunReport late = ReportFixtures.report(LoadFixtures.result(plan, 10, 10, LoadFixtures.late(90_000_000)));

        Element suite = (Element)
                xml(ResultJunit.render(late)).getElementsByTagName("testsuite").item(0);
        Element reason = (Element) xml(ResultJunit.renderReason("http://a:1 is \"gone\" <now>", plan))
                .getElementsByTagName("error")
                .item(0);

        assertThat(suite.getAttribute("errors")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("0");
        assertThat(reason.getAttribute("message")).isEqualTo("http://a:1 is \"gone\" <now>");
    }

    @Test
    void reportsTellAMissOfTheServerFromOneThatTheGeneratorCanExplain() throws Exception {
        LoadPlan plan = LoadFixtures.plan()
                .slo(Slo.parse("errors=0"))
                .slo(Slo.parse("p99=1ms"))
                .slo(Slo.parse("p99=1s"))
                .build();
        RunReport late = ReportFixtures.report(LoadFixtures.result(plan, 10, 9, LoadFixtures.late(90_000_000)));

        NodeList cases = xml(ResultJunit.render(late)).getElementsByTagName("testcase");

        assertThat(late.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(endings(cases)).containsExactly("error", "failure", "error", "");
        assertThat(((Element) cases.item(0)).getAttribute("name")).isEqualTo("the generator kept up");
        assertThat(ResultHtml.render(late))
                .contains("Not to be trusted: the generator was late", ">missed<", ">not measured<", ">met<");
    }

    @Test
    void aGeneratorThatWasMerelyLateLeavesNothingOpenWhenAllGoalsAreMet() throws Exception {
        LoadPlan plan = LoadFixtures.plan().slo(Slo.parse("p99=1s")).build();
        RunReport late = ReportFixtures.report(LoadFixtures.result(plan, 10, 10, LoadFixtures.late(90_000_000)));

        assertThat(late.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(endings(xml(ResultJunit.render(late)).getElementsByTagName("testcase")))
                .containsExactly("", "");
    }

    /** Of each case the name of the element that says why it did not pass, or nothing. */
    private static List<String> endings(NodeList cases) {
        return IntStream.range(0, cases.getLength())
                .mapToObj(i -> (Element) cases.item(i))
                .map(each -> each.getElementsByTagName("failure").getLength() > 0
                        ? "failure"
                        : each.getElementsByTagName("error").getLength() > 0 ? "error" : "")
                .toList();
    }

    @Test
    void htmlReportIsOneWellFormedPageThatNeedsNothingElse() throws Exception {
        String html = ResultHtml.render(report);

        assertThat(html)
                .contains(
                        "Load test: models fraud, churn version 2", "prefers-color-scheme: dark", "100..300/s for 2 s")
                .contains("p99&lt;50ms &amp; more", "slow: errors &lt;= 0", "HTTP status 503")
                .doesNotContain("<script", "<link", "src=", "@import", "url(");
        assertThat(xml(wellFormed(html)).getElementsByTagName("svg").getLength())
                .isEqualTo(4);
    }

    @Test
    void reportsOfASearchShowEveryStep() throws Exception {
        LoadResult result = ReportFixtures.twoTargetsTwoStages();
        SearchStep probe = new SearchStep(1, 100, SearchStep.Purpose.PROBE, result);
        SearchStep confirm = new SearchStep(2, 90, SearchStep.Purpose.CONFIRM, result);
        SearchResult search = new SearchResult(
                new SearchPlan(10, 1000, 0.05, Duration.ofSeconds(10)),
                List.of(probe, confirm),
                SearchResult.Ending.FOUND,
                90.0);
        RunReport withSearch = ReportFixtures.report(result, search);
        Path json = folder.resolve("search.json");

        ResultJson.write(withSearch, json);

        assertThat(Files.readString(json)).contains("\"rate_per_second\" : 90.0", "\"purpose\" : \"confirm\"");
        assertThat(ResultText.table(withSearch))
                .contains(
                        "step  2         90/s  confirm  missed",
                        "highest rate             90/s (the highest rate that");
        assertThat(xml(wellFormed(ResultHtml.render(withSearch)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(5);
        assertThat(xml(ResultJunit.render(withSearch))
                        .getElementsByTagName("testcase")
                        .getLength())
                .isEqualTo(4);
    }

    @Test
    void reportOfARunWithoutAnyAnswerIsStillDrawn() throws Exception {
        LoadResult nothing = LoadFixtures.result(LoadFixtures.plan().build(), 10, 0, LoadFixtures.healthy());

        String html = ResultHtml.render(ReportFixtures.report(nothing));

        assertThat(xml(wellFormed(html)).getElementsByTagName("svg").getLength())
                .isEqualTo(4);
        assertThat(html).doesNotContain("NaN", "Infinity");
    }

    /** The page in terms that an XML parser takes: void elements closed, no document type. */
    private static String wellFormed(String html) {
        return html.replaceAll("(<meta [^>]*)>", "$1/>").replace("<!DOCTYPE html>", "");
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.strip().getBytes(StandardCharsets.UTF_8)));
    }
}
