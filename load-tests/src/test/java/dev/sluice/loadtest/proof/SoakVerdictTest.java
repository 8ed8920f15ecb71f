package dev.sluice.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.LoadFixtures;
import dev.sluice.loadtest.LoadResult;
import dev.sluice.loadtest.SecondSample;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SoakVerdictTest {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /** 1000 requests in 10 s, all answered. */
    private final LoadResult clean = LoadFixtures.result(1000, 1000);

    private static List<ServerSample> samples(long residentPerSecond, long directPerSecond) {
        SecondSample load = new SecondSample(0, 1, 100, 100, 0, 0, LoadFixtures.latency(100, 1_000_000));
        return IntStream.range(0, 600)
                .mapToObj(t -> new ServerSample(
                        t,
                        (400L << 20) + t * residentPerSecond,
                        (50L << 20) + (t % 5) * 1_000_000L,
                        (30L << 20) + t * directPerSecond,
                        t * 0.5,
                        load))
                .toList();
    }

    @Test
    void cleanAndFlatIsProven() {
        SoakVerdict verdict = SoakVerdict.judge(clean, 100, samples(0, 0), 0, true, TEN_MINUTES);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(verdict.reasons()).isEmpty();
        assertThat(verdict.memory())
                .extracting(Flatness::name)
                .containsExactly("resident", "direct", "heap after collection");
    }

    @Test
    void oneFailedRequestRefutes() {
        SoakVerdict verdict =
                SoakVerdict.judge(LoadFixtures.result(1000, 999), 100, samples(0, 0), 0, true, TEN_MINUTES);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons()).containsExactly("1 of 1000 requests failed: {503=1}");
    }

    @Test
    void growingMemoryRefutesAndIsNamed() {
        SoakVerdict verdict = SoakVerdict.judge(clean, 100, samples(100_000, 50_000), 0, true, TEN_MINUTES);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(verdict.reasons())
                .containsExactly(
                        "resident memory grows: 57.1 MiB over the run, at most 16.0 MiB is flat",
                        "direct memory grows: 28.6 MiB over the run, at most 16.0 MiB is flat");
    }

    @Test
    void aServerThatEndedRefutes() {
        SoakVerdict verdict = SoakVerdict.judge(clean, 100, samples(0, 0), 0, false, TEN_MINUTES);

        assertThat(verdict.reasons()).containsExactly("the server ended during the run");
    }

    @Test
    void tooLittleLoadProvesNothing() {
        SoakVerdict verdict = SoakVerdict.judge(clean, 120, samples(0, 0), 0, true, TEN_MINUTES);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(verdict.reasons()).containsExactly("the generator sent 100 requests per second instead of 120");
        assertThat(verdict.machineBusy()).as("a generator that had time").isFalse();
    }

    static List<LoadResult> requestsThatWereNeverSentProveNothingAgainstTheServer() {
        return List.of(LoadFixtures.resultWithUnsent(1000, 993), LoadFixtures.resultWithUnconnected(1000, 993));
    }

    @ParameterizedTest
    @MethodSource
    void requestsThatWereNeverSentProveNothingAgainstTheServer(LoadResult load) {
        SoakVerdict verdict = SoakVerdict.judge(load, 100, samples(0, 0), 0, true, TEN_MINUTES);

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(verdict.reasons()).containsExactly("the generator gave up 7 requests before it sent them");
    }

    @Test
    void aBusyMachineIsToBlameOnlyForWhatTheGeneratorLeftOut() {
        LoadResult late = LoadFixtures.resultWithLateGenerator(1000, 1000);
        LoadResult lateWithFailures = LoadFixtures.resultWithLateGenerator(1000, 999);

        assertThat(SoakVerdict.judge(late, 120, samples(0, 0), 0, true, TEN_MINUTES)
                        .machineBusy())
                .isTrue();
        assertThat(SoakVerdict.judge(late, 120, samples(0, 0), 61, true, TEN_MINUTES)
                        .machineBusy())
                .as("memory that could not be read")
                .isFalse();
        assertThat(SoakVerdict.judge(late, 100, samples(0, 0), 0, true, TEN_MINUTES)
                        .machineBusy())
                .as("all was sent, so it is proven")
                .isFalse();
        assertThat(SoakVerdict.judge(lateWithFailures, 120, samples(0, 0), 0, true, TEN_MINUTES)
                        .machineBusy())
                .as("a request failed, so it is refuted")
                .isFalse();
    }

    @Test
    void missingSamplesProveNothing() {
        SoakVerdict many = SoakVerdict.judge(clean, 100, samples(0, 0), 61, true, TEN_MINUTES);
        SoakVerdict none = SoakVerdict.judge(clean, 100, List.of(), 0, true, TEN_MINUTES);

        assertThat(many.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(many.reasons()).containsExactly("the server's memory could not be read in 61 of 661 seconds");
        assertThat(none.exitCode()).isEqualTo(ExitCode.NOT_MEASURED);
        assertThat(none.reasons()).containsExactly("there are too few samples to judge memory: 0");
    }
}
