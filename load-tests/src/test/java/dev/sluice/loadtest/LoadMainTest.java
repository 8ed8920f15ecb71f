package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadMainTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            LoadMain.commandLine().setErr(new PrintWriter(err)).setOut(new PrintWriter(new StringWriter()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo | Unmatched argument",
                "load | Missing required option: '--model=<model>'",
                "load --model m --rate 5 --connections 3 | exclude each other",
                "load --model m --rate -5 | rate must be above 0",
                "load --model m --constant | --constant needs --rate",
                "load --model m --duration soon | a duration must be a number",
                "load --model m --slo p95=1ms | a goal must be one of",
                "load --model m --url nowhere | url must look like http://host:port",
                "load --model m --body does/not/exist.json | --body does/not/exist.json cannot be read",
                "load --model m --shape x=1,b | a shape must be numbers and commas",
            })
    void wrongUsageIsExplainedAndExits64(String arguments, String message) {
        int exit = commandLine.execute(arguments.strip().split(" ", -1));

        assertThat(exit).isEqualTo(64);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void noCommandExits64() {
        assertThat(commandLine.execute()).isEqualTo(64);
    }

    @Test
    void helpExits0() {
        assertThat(commandLine.execute("load", "--help")).isZero();
    }

    @Test
    void unreachableTargetExits2() {
        int exit = commandLine.execute("load", "--model", "m", "--url", "http://127.0.0.1:1");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).startsWith("could not measure: http://127.0.0.1:1 is not reachable: ");
    }
}
