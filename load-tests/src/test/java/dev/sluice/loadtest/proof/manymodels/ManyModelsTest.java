package dev.sluice.loadtest.proof.manymodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.ServerStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManyModelsTest {
    private static ManyModelsResult result(long failed, MemorySample... samples) {
        return new ManyModelsResult(
                1000,
                50,
                List.of(samples),
                0,
                400,
                failed,
                failed > 0 ? List.of("model-0001 must answer, got 503: no memory") : List.of(),
                30,
                Map.of(),
                true);
    }

    private static MemorySample sample(long modelBytes, long evictions) {
        return new MemorySample(1.5, modelBytes, 1000, 5000, evictions, 10);
    }

    @Test
    void ranksAreDrawnByTheirShare() {
        Zipf zipf = new Zipf(50, 1);
        Random random = new Random(3);
        int[] drawn = new int[50];
        for (int i = 0; i < 100_000; i++) {
            drawn[zipf.draw(random)]++;
        }

        assertThat(zipf.share(0) / zipf.share(9)).isCloseTo(10, within(1e-9));
        for (int rank = 0; rank < 50; rank++) {
            assertThat(drawn[rank] / 1e5).isCloseTo(zipf.share(rank), within(0.01));
        }
    }

    @Test
    void anExponentOfZeroMakesAllAlike() {
        Zipf zipf = new Zipf(4, 0);

        assertThat(zipf.share(0)).isEqualTo(zipf.share(3)).isEqualTo(0.25);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Zipf(0, 1))
                .withMessage("there must be a rank to draw, got 0");
    }

    @Test
    void aModelIsWarmWhileFewOthersWereAskedAndColdAfterMany() {
        RecentModels recent = new RecentModels(4);

        assertThat(recent.ask(1)).isEqualTo(Residency.COLD);
        assertThat(recent.ask(1)).isEqualTo(Residency.WARM);
        recent.ask(2);
        assertThat(recent.ask(1)).isEqualTo(Residency.WARM);
        recent.ask(3);
        recent.ask(4);
        assertThat(recent.ask(1)).isEqualTo(Residency.UNSURE);
        for (int other = 10; other < 18; other++) {
            assertThat(recent.ask(other)).isEqualTo(Residency.COLD);
        }
        assertThat(recent.ask(1)).isEqualTo(Residency.COLD);
    }

    @Test
    void withinTheBoundAndWithoutFailuresIsProven() {
        assertThat(ManyModelsVerdict.judge(result(0, sample(1000, 0), sample(900, 7))))
                .isEqualTo(new ProofVerdict(ExitCode.OK, List.of(), false));
    }

    @Test
    void aFailedRequestRefutes() {
        assertThat(ManyModelsVerdict.judge(result(1, sample(1000, 0), sample(900, 7)))
                        .reasons())
                .containsExactly("1 of 401 requests failed or were answered wrong:"
                        + " [model-0001 must answer, got 503: no memory]");
    }

    @Test
    void oneSampleAboveTheBoundRefutes() {
        assertThat(ManyModelsVerdict.judge(result(0, sample(1001, 0), sample(900, 7)))
                        .reasons())
                .containsExactly("loaded versions took 1001 bytes at 1.5 s, their bound is 1000");
    }

    @Test
    void aRunWithoutEvictionsProvesNothing() {
        ProofVerdict verdict = ManyModelsVerdict.judge(result(0, sample(500, 0), sample(500, 0)));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(verdict.reasons())
                .containsExactly("nothing was evicted, so nothing was shown: 30 models were asked");
    }

    @Test
    void whatIsAskedAtOnceMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManyModelsPlan(
                        new ServerStart("sluice", ""),
                        List.of(Path.of("m")),
                        60,
                        5,
                        Duration.ofSeconds(15),
                        5,
                        1,
                        1,
                        Path.of("out")))
                .withMessage("connections must be between 1 and 4, so that what is asked at once fits, got 5");
    }
}
