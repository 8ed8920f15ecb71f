package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter out = new StringWriter();

    private static SecondSample second(int number) {
        return new SecondSample(number, 1, 100, 99, 1, 2, LoadFixtures.latency(100, 1_000_000));
    }

    @Test
    void movesOnATerminal() {
        ProgressLine line = new ProgressLine(new PrintWriter(out), true);

        line.second(second(0));
        line.second(second(1));
        line.end();

        assertThat(out.toString()).doesNotContain("\n").endsWith("\r\033[K");
    }

    @Test
    void isALineAtTheFirstSecondAndEveryFifthElsewhere() {
        ProgressLine line = new ProgressLine(new PrintWriter(out), false);

        IntStream.range(0, 12).forEach(number -> line.second(second(number)));
        line.line("done");

        assertThat(out.toString().lines().map(text -> text.strip().split(" ", 2)[0]))
                .containsExactly("1", "5", "10", "done");
        assertThat(out.toString()).contains("99.0 req/s", "p99    1.00 ms", "failed 1", "outstanding 2");
    }
}
