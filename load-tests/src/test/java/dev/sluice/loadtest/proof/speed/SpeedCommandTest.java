package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.LoadMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SpeedCommandTest {
    private final StringWriter err = new StringWriter();

    private int speed(String... arguments) {
        return LoadMain.configure(new CommandLine(new SpeedCommand()))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void goalsThatDoNotExistAreNamed() {
        assertThat(speed("--out", "target/never", "--only", "g1,g99,mlp")).isEqualTo(64);
        assertThat(err.toString()).contains("goals are g1 to g14, got g99, mlp");
    }

    @Test
    void roundsAndSecondsHaveALowerBound() {
        assertThat(speed("--out", "target/never", "--rounds", "0")).isEqualTo(64);
        assertThat(err.toString()).contains("rounds and pairs must be 1 or more, got 0 and 15");
    }

    @Test
    void peersAreChecked() {
        assertThat(speed("--out", "target/never", "--peer", "triton")).isEqualTo(64);
        assertThat(err.toString()).contains("a peer must look like NAME=http://HOST:PORT");
    }
}
