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
                "load | --model=<name>",
                "load --model m --rate 5 --find-rate --slo p99=1s | exclude each other",
                "load --model m --rate 5 --stages 5x1s | exclude each other",
                "load --model m --stages 5x1s --duration 3s | exclude --duration",
                "load --model m --stages 5for1s | a stage must look like 100x10s or 100..2000x30s, got '5for1s'",
                "load --model m --rate -5 | rate must be above 0",
                "load --model m --rate fast | --rate must look like 500 or 100..2000, got 'fast'",
                "load --model m --rate 5 --steps 3 | --steps must be 2 or more and needs a rising --rate",
                "load --model m --constant | --constant needs --rate",
                "load --model m --find-rate | --find-rate needs at least one --slo",
                "load --model m --find-rate 9 --slo p99=1s | --find-rate must look like 100..5000",
                "load --model m --find-rate 9..5 --slo p99=1s | the rates to search must be above 0, go up",
                "load --model m --model m | two targets are called 'm'",
                "load --model m --weight 0 | weight must be between 1 and 1000000, got 0",
                "load --model m --slo n:p99=1s | must be about one of [m]",
                "load --model m --header nothing | --header must look like 'Name: value'",
                "load --model m --values x:9..1 | a range of values must go up",
                "load --model m --insecure --ca x.pem | exclude each other",
                "load --model m --binary --body pom.xml | exclude --body",
                "load --model m --duration soon | a duration must be a number",
                "load --model m --slo q95=1ms | a goal must be p<percentile>",
                "load --model m --url nowhere | url must look like http://host:port",
                "load --model m --body does/not/exist.json | --body does/not/exist.json cannot be read",
                "load --model m --shape x:1,b | a shape must be numbers or ranges and commas",
                "load --model m --shape x=1 | --shape must look like <input>:<what>",
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
    void anErrorOfTheJvmMeasuresNothing() {
        CommandLine broken = LoadMain.configure(new CommandLine(new Broken())).setErr(new PrintWriter(err));

        assertThat(LoadMain.execute(broken)).isEqualTo(2);
        assertThat(err.toString()).isEqualToIgnoringNewLines("could not measure: java.lang.NoClassDefFoundError: gone");
    }

    @CommandLine.Command(name = "broken")
    private static final class Broken implements Runnable {
        @Override
        public void run() {
            throw new NoClassDefFoundError("gone");
        }
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
