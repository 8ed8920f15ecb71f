package dev.sluice.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.proof.server.ListeningLine;
import dev.sluice.loadtest.proof.server.PrometheusText;
import dev.sluice.loadtest.report.SvgPlot;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProofTextTest {
    @Test
    void readsWhereTheServerListens() {
        assertThat(ListeningLine.parse("listening http=http://127.0.0.1:43521 metrics=http://127.0.0.1:40001 pid=123"))
                .contains(new ListeningLine(
                        URI.create("http://127.0.0.1:43521"), URI.create("http://127.0.0.1:40001"), null, 123));
    }

    @Test
    void allowsMoreWordsInTheListeningLine() {
        assertThat(ListeningLine.parse("listening http=http://h:1 metrics=http://h:2 control=http://h:3 pid=9 x=1"))
                .contains(new ListeningLine(
                        URI.create("http://h:1"), URI.create("http://h:2"), URI.create("http://h:3"), 9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP     http://127.0.0.1:43521", "listening http=http://h:1", "listening pid=3"})
    void otherLinesSayNothing(String line) {
        assertThat(ListeningLine.parse(line)).isEmpty();
    }

    @Test
    void sumsTheSeriesThatCarryALabel() {
        PrometheusText page = new PrometheusText("""
                # HELP jvm_memory_used_bytes The amount of used memory
                # TYPE jvm_memory_used_bytes gauge
                jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 1.5E7
                jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 5.0E6 1395066363000
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E6
                jvm_buffer_memory_used_bytes{id="direct"} 4096.0
                process_uptime_seconds 3.0
                """);

        assertThat(page.sum("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(OptionalDouble.of(2e7));
        assertThat(page.sum("jvm_buffer_memory_used_bytes", "id=\"direct\"")).isEqualTo(OptionalDouble.of(4096));
        assertThat(page.sum("jvm_buffer_memory_used_bytes", "id=\"mapped\"")).isEmpty();
    }

    @Test
    void plotHasAPanelPerScaleAndALinePerCurve() {
        String svg = SvgPlot.render(
                new double[] {0, 1, 2},
                List.of(
                        new SvgPlot.Panel(
                                "memory",
                                List.of(
                                        new SvgPlot.Line("resident", List.of(1.0, 2.0, 3.0)),
                                        new SvgPlot.Line("heap", List.of(1.0, 1.0, 1.0)))),
                        new SvgPlot.Panel("rate", List.of(new SvgPlot.Line("ok", List.of(0.0, 0.0, 0.0))))));

        assertThat(svg).startsWith("<svg ").endsWith("</svg>\n").contains(">resident<", ">heap<", ">ok<");
        assertThat(svg.split("<polyline", -1)).hasSize(4);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void plotOfNothingIsStillAPicture() {
        String svg = SvgPlot.render(
                new double[0], List.of(new SvgPlot.Panel("rate", List.of(new SvgPlot.Line("ok", List.of())))));

        assertThat(svg).startsWith("<svg ").doesNotContain("NaN");
    }

    @Test
    void listNamesEachProofAndWhatItShows() {
        StringWriter out = new StringWriter();

        int exit = ProofMain.commandLine().setOut(new PrintWriter(out)).execute("--list");

        assertThat(exit).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "soak           Steady load loses no request and no memory.",
                        "alloc          A request takes few bytes of heap, and none per element.",
                        "codec          Reading floats takes at most three quarters of a general parser's time.",
                        "speed          The goals of speed, as ratios to baselines in the same rounds.",
                        "publish        Versions published under load lose no request, answer within a second, and no bad"
                                + " one ever answers.",
                        "unload         A transformer that is loaded and unloaded again and again leaves no memory behind.",
                        "many-models    Many more models than there is memory for, each loaded when it is asked: no request"
                                + " fails.",
                        "kill-publish   Server or publisher are killed at any moment: the last complete state is served.",
                        "feedback       Labels that come shuffled, late, twice, corrected or for nothing, over kills, are"
                                + " counted exactly.",
                        "log-faults     Disks and receivers of the input log fail: requests do not notice, and every record"
                                + " is accounted for.",
                        "kill-log       A server that records is killed at any moment: all that it called logged is there,"
                                + " and accounted for.",
                        "log-cost       The input log costs the requests that it records next to nothing, and loses none.");
    }

    @Test
    void unknownProofExits64() {
        StringWriter err = new StringWriter();

        int exit = ProofMain.commandLine().setErr(new PrintWriter(err)).execute("magic");

        assertThat(exit).isEqualTo(64);
    }
}
