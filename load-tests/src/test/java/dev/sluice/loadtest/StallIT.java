package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.loadtest.proof.FakeServerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server process that the system stops for a second: an open loop must see that, and a closed loop does not. */
@EnabledOnOs(OS.LINUX)
class StallIT {
    private static final Pattern LISTENING = Pattern.compile("listening http=(\\S+) .*pid=(\\d+)");
    private static final int PER_SECOND = 300;
    private static final int SECONDS = 4;

    @TempDir
    Path folder = Path.of("");

    @Test
    void theRateIsKeptWhileTheServerStallsAndTheTailShowsTheStall() throws Exception {
        Process server = new ProcessBuilder(TestProcess.command(folder, FakeServerMain.class.getName(), "0"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
            URI url = listening(lines);

            LoadResult open = runWithStall(url, server, new Arrivals.Constant(PER_SECOND));
            LoadResult closed = runWithStall(url, server, new Arrivals.Closed(1));

            assertThat(open.failed()).as(open.errors().toString()).isZero();
            assertThat((double) open.sent())
                    .as("rate kept within 1 %%")
                    .isCloseTo((double) PER_SECOND * SECONDS, within(0.01 * PER_SECOND * SECONDS));
            assertThat(open.latency().p999Nanos()).isGreaterThan(900_000_000L);
            assertThat(open.latency().p90Nanos())
                    .as("a quarter of all met the stall")
                    .isGreaterThan(300_000_000L);
            assertThat(closed.latency().maxNanos()).isGreaterThan(900_000_000L);
            assertThat(closed.latency().p999Nanos())
                    .as("one request in thousands met the stall")
                    .isLessThan(500_000_000L);
        } finally {
            server.destroyForcibly();
        }
    }

    private static URI listening(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
        }
        throw new IllegalStateException("the server ended before it listened");
    }

    /** Stops the server from the end of the first measured second to that of the second. */
    private static LoadResult runWithStall(URI url, Process server, Arrivals arrivals) throws Exception {
        LoadPlan plan = LoadPlan.builder(url, "m")
                .arrivals(arrivals)
                .warmup(Duration.ofMillis(500))
                .duration(Duration.ofSeconds(SECONDS))
                .build();
        try {
            return new LoadGenerator().run(plan, sample -> {
                if (sample.second() == 0) {
                    signal(server, "STOP");
                } else if (sample.second() == 1) {
                    signal(server, "CONT");
                }
            });
        } finally {
            signal(server, "CONT");
        }
    }

    private static void signal(Process server, String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).start();
            assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
