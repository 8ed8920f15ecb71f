package dev.sluice.loader.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.BatchingConfig.Execution;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.tuning.Tuning.Choice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TuningRuleTest {
    private static final int THREADS = 2;
    private static final CostCurve TINY = Curves.micros(4, 4, 4.5, 5, 6, 8, 13);
    private static final CostCurve HEAVY = Curves.micros(3860, 6700, 12580, 25200, 52000);

    private static BatchingConfig config(int maxRows, Execution execution, int parallelRuns) {
        return new BatchingConfig(BatchingConfig.Mode.AUTO, maxRows, 100, 100, execution, parallelRuns);
    }

    private static VersionFacts facts(BatchingConfig config) {
        return new VersionFacts(config, true, 32, Device.CPU, true, THREADS);
    }

    private static final VersionFacts NOTHING_CONFIGURED = facts(BatchingConfig.DEFAULT);

    private static Tuning decide(CostCurve curve, VersionFacts facts) {
        return decide(curve, facts, null);
    }

    private static Tuning decide(CostCurve curve, VersionFacts facts, @Nullable Tuning before) {
        return TuningRule.decide(curve, facts, before, "", Instant.EPOCH);
    }

    @Test
    void shortRunsAreInlineAtTheKnee() {
        Tuning tuning = decide(TINY, NOTHING_CONFIGURED);

        assertThat(tuning.describe())
                .isEqualTo(
                        "inline, at most 64 rows (1 row 4.0 µs, 64 rows 13 µs; knee 64; a full batch is within 100 µs)");
        assertThat(tuning.configured()).isEmpty();
        assertThat(tuning.inlineRunNanosMax()).isEqualTo(1_000_000);
    }

    @Test
    void longRunsAreQueuedForAllThreads() {
        Tuning tuning = decide(HEAVY, NOTHING_CONFIGURED);

        assertThat(tuning.describe())
                .isEqualTo(
                        "queued, at most 4 rows (1 row 3.9 ms, 4 rows 13 ms; knee 4; a full batch takes 13 ms, more than"
                                + " 100 µs)");
        assertThat(tuning.parallelRuns()).isEqualTo(THREADS);
    }

    @Test
    void aSmallerBatchIsInlineWhenItsRowsCostHardlyMore() {
        Tuning tuning = decide(Curves.micros(30, 31, 33, 36, 42, 53, 77, 124), NOTHING_CONFIGURED);

        assertThat(tuning.describe())
                .isEqualTo(
                        "inline, at most 64 rows (1 row 30 µs, 64 rows 77 µs; knee 128; a full batch is within 100 µs,"
                                + " 128 rows would take 124 µs and save 0.2 µs a row)");
    }

    @Test
    void aSmallerBatchIsNotInlineWhenItCostsThroughput() {
        assertThat(decide(Curves.micros(60, 70, 90, 130, 200, 390), NOTHING_CONFIGURED)
                        .choice())
                .isEqualTo("queued, at most 16 rows");
    }

    @Test
    void unknownCostIsQueued() {
        Tuning tuning = decide(CostCurve.unknown("the model failed on made-up inputs: no"), NOTHING_CONFIGURED);

        assertThat(tuning.describe())
                .isEqualTo("queued, at most 32 rows (cost unknown: the model failed on made-up inputs: no)");
        assertThat(tuning.parallelRuns()).isEqualTo(THREADS);
        assertThat(tuning.cellsAtKnee()).isZero();
    }

    @Test
    void whatRunsOnADeviceIsQueued() {
        VersionFacts facts =
                new VersionFacts(BatchingConfig.DEFAULT, true, 32, new Device(Device.Type.CUDA, 1), true, THREADS);

        Tuning tuning = decide(TINY, facts);

        assertThat(tuning.choice()).isEqualTo("queued, at most 64 rows");
        assertThat(tuning.reason()).isEqualTo("it runs on cuda:1");
        assertThat(tuning.parallelRuns()).isEqualTo(THREADS);
    }

    @Test
    void runsWithThreadsOfTheirOwnAreQueued() {
        VersionFacts facts = new VersionFacts(BatchingConfig.DEFAULT, true, 32, Device.CPU, false, THREADS);

        assertThat(decide(TINY, facts).reason()).isEqualTo("a run uses threads of its own");
        assertThat(decide(TINY, facts).isInline()).isFalse();
    }

    @Test
    void withoutBatchingOneRowDecides() {
        VersionFacts alone = new VersionFacts(config(16, Execution.AUTO, 0), false, 1, Device.CPU, true, THREADS);

        assertThat(decide(Curves.micros(7), alone).describe())
                .isEqualTo("inline, at most 1 row (1 row 7.0 µs; knee 1; a full batch is within 100 µs)");
        assertThat(decide(Curves.micros(7), alone).configured()).isEmpty();
        assertThat(decide(Curves.micros(11), alone).isInline()).isFalse();
    }

    @Test
    void shortRunsOfFewExpensiveRowsAreQueuedForAllThreads() {
        Tuning tuning = decide(Curves.micros(57, 110, 219), NOTHING_CONFIGURED);

        assertThat(tuning.describe())
                .isEqualTo(
                        "queued, at most 1 row (1 row 57 µs; knee 1; a row of a full batch takes 57 µs, more than 10 µs)");
        assertThat(tuning.parallelRuns()).isEqualTo(THREADS);
    }

    @Test
    void configuredBatchSizeTakesTheKneesPlace() {
        assertThat(decide(TINY, facts(config(16, Execution.AUTO, 0))).choice()).isEqualTo("inline, at most 16 rows");
        assertThat(decide(TINY, facts(config(16, Execution.AUTO, 0))).configured())
                .containsExactly(Choice.MAX_BATCH_SIZE);
        // Beyond what was measured costs go on in proportion, and a smaller batch is not for Sluice to choose.
        assertThat(decide(TINY, facts(config(1024, Execution.AUTO, 0))).choice())
                .isEqualTo("queued, at most 1024 rows");
    }

    @Test
    void configuredExecutionIsObeyed() {
        Tuning queued = decide(TINY, facts(config(0, Execution.QUEUED, 0)));
        Tuning inline = decide(Curves.micros(500, 600), facts(config(0, Execution.INLINE, 0)));

        assertThat(queued.describe())
                .isEqualTo("queued, at most 64 rows (1 row 4.0 µs, 64 rows 13 µs; knee 64; configured)");
        assertThat(inline.choice()).isEqualTo("inline, at most 2 rows");
        assertThat(inline.reason()).isEqualTo("configured");
        assertThat(inline.configured()).containsExactly(Choice.EXECUTION);
        assertThat(inline.inlineRunNanosMax()).isEqualTo(10_000_000);
    }

    @Test
    void configuredInlineIsRefusedWhereItWouldHoldTheLoop() {
        VersionFacts facts = facts(config(0, Execution.INLINE, 0));

        assertThat(decide(HEAVY, facts).describe())
                .isEqualTo(
                        "queued, at most 4 rows (1 row 3.9 ms, 4 rows 13 ms; knee 4; inline is configured, but a full"
                                + " batch takes 13 ms, more than 10 ms)");
        assertThat(decide(CostCurve.unknown("no rows"), facts).reason())
                .isEqualTo("inline is configured, but its cost is unknown: no rows");
    }

    @Test
    void configuredInlineIsRefusedWhereRepeatingABatchRowByRowWouldHoldTheLoop() {
        assertThat(decide(Curves.micros(2000, 2010, 2020, 2030, 2040, 2050), facts(config(32, Execution.INLINE, 0)))
                        .reason())
                .isEqualTo("inline is configured, but 32 rows one by one, as after a failure, would take 64 ms, more"
                        + " than 40 ms");
    }

    @Test
    void shortRunsThatAreQueuedByConfigurationGetOneThread() {
        assertThat(decide(TINY, facts(config(0, Execution.QUEUED, 0))).parallelRuns())
                .isEqualTo(1);
        assertThat(decide(TINY, facts(config(0, Execution.QUEUED, 2))).parallelRuns())
                .isEqualTo(2);
        assertThat(decide(HEAVY, facts(config(0, Execution.QUEUED, 0))).parallelRuns())
                .isEqualTo(THREADS);
    }

    @Test
    void configuredParallelRunsAreNeverMoreThanThreads() {
        Tuning tuning = decide(HEAVY, facts(config(0, Execution.AUTO, 100)));

        assertThat(tuning.parallelRuns()).isEqualTo(THREADS);
        assertThat(tuning.configured()).containsExactly(Choice.PARALLEL_RUNS);
    }

    @Test
    void whatIsInlineStaysSoUntilItsRunsAreClearlyTooLong() {
        VersionFacts facts = facts(config(16, Execution.AUTO, 0));
        Tuning inline = decide(Curves.micros(50, 55, 60, 70, 90), facts);
        Tuning single = decide(Curves.micros(9), NOTHING_CONFIGURED);

        assertThat(decide(Curves.micros(50, 55, 60, 70, 149), facts, inline).isInline())
                .isTrue();
        assertThat(decide(Curves.micros(50, 55, 60, 70, 151), facts, inline).isInline())
                .isFalse();
        assertThat(decide(Curves.micros(14), NOTHING_CONFIGURED, single).isInline())
                .isTrue();
        assertThat(decide(Curves.micros(16), NOTHING_CONFIGURED, single).isInline())
                .isFalse();
    }

    @Test
    void whatIsQueuedBecomesInlineOnlyWithinTheBound() {
        VersionFacts facts = facts(config(16, Execution.AUTO, 0));
        Tuning queued = decide(Curves.micros(50, 55, 60, 70, 151), facts);

        assertThat(decide(Curves.micros(50, 55, 60, 70, 101), facts, queued).isInline())
                .isFalse();
        assertThat(decide(Curves.micros(50, 55, 60, 70, 100), facts, queued).isInline())
                .isTrue();
    }

    @Test
    void whatIsBannedFromLoopsIsQueued() {
        Tuning tuning = TuningRule.decide(TINY, NOTHING_CONFIGURED, null, "three strikes", Instant.EPOCH);

        assertThat(tuning.isInline()).isFalse();
        assertThat(tuning.reason()).isEqualTo("three strikes");
    }

    @Test
    void batchSizeStaysWhileItIsNearlyAsGood() {
        Tuning before = decide(HEAVY, NOTHING_CONFIGURED);
        // The knee is at 8 now, but 4 rows a run have 96 % of its throughput.
        Tuning noisy = decide(Curves.micros(3860, 6700, 12580, 23950, 48000), NOTHING_CONFIGURED, before);
        Tuning clear = decide(Curves.micros(3860, 6700, 12580, 20000, 40000), NOTHING_CONFIGURED, before);

        assertThat(before.maxRows()).isEqualTo(4);
        assertThat(noisy.curve().knee()).isEqualTo(8);
        assertThat(noisy.maxRows()).isEqualTo(4);
        assertThat(clear.maxRows()).isEqualTo(8);
    }

    @Test
    void aCurveThatDoesNotReachTheBatchesOfNowChangesNothing() {
        Tuning before = decide(TINY, NOTHING_CONFIGURED);

        assertThat(decide(Curves.cutMicros(4, 4), NOTHING_CONFIGURED, before)).isSameAs(before);
        assertThat(decide(CostCurve.unknown("no memory"), NOTHING_CONFIGURED, before))
                .isSameAs(before);
        assertThat(decide(Curves.micros(4, 8, 16), NOTHING_CONFIGURED, before).maxRows())
                .isEqualTo(1);
    }

    @Test
    void cellsAtTheKneeAreRowsTimesLength() {
        CostCurve curve = new CostCurve(Curves.micros(10, 12).points(), false, true, 32, 64, "");

        assertThat(decide(curve, NOTHING_CONFIGURED).cellsAtKnee()).isEqualTo(64);
    }
}
