package dev.sluice.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.padding.PaddingRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchVerdictTest {
    private static final PaddingRule RULE = new PaddingRule("mask", List.of(new PaddingRule.Input(1, 0)), Map.of());

    private static PaddingVerdict padded(double tolerance, double difference) {
        return new PaddingVerdict(RULE, 8, tolerance, difference, "proved");
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, true, exact",
        "WITHIN_TOLERANCE, true, within-tolerance",
        "DECLARED, true, declared",
        "NOT_BATCHABLE, false, not-batchable",
        "NO_ROWS, false, no-rows",
        "NOT_PROVED, false, not-proved",
        "OFF, false, off"
    })
    void everyLevelHasAWordAndDecides(BatchLevel level, boolean batched, String word) {
        assertThat(level.isBatched()).isEqualTo(batched);
        assertThat(level.word()).isEqualTo(word);
    }

    @Test
    void paddingThatIsExactLeavesTheVerdictExact() {
        assertThat(BatchVerdict.exact(32, "proved").with(padded(0, 0)))
                .extracting(BatchVerdict::level, BatchVerdict::tolerance)
                .containsExactly(BatchLevel.EXACT, 0.0);
    }

    /** Saying exact would be wrong for answers that may be padded. */
    @Test
    void paddingWithinToleranceMakesTheVerdictSo() {
        assertThat(BatchVerdict.exact(32, "proved").with(padded(1e-5, 3e-7)))
                .extracting(BatchVerdict::level, BatchVerdict::tolerance, BatchVerdict::difference)
                .containsExactly(BatchLevel.WITHIN_TOLERANCE, 1e-5, 3e-7);
    }

    @Test
    void whatIsDeclaredStaysDeclared() {
        assertThat(BatchVerdict.declared(32, "declared")
                        .with(padded(1e-5, 3e-7))
                        .level())
                .isEqualTo(BatchLevel.DECLARED);
    }

    @Test
    void saysInOneLineWhatHolds() {
        BatchVerdict verdict = BatchVerdict.exact(32, "proved: 8 rows");

        assertThat(verdict).hasToString("batched (proved: 8 rows)");
        assertThat(verdict.with(padded(0, 0)))
                .hasToString("batched (proved: 8 rows); lengths padded by 'mask' (proved)");
        assertThat(verdict.with(PaddingVerdict.none("switched off")))
                .hasToString("batched (proved: 8 rows); lengths not padded (switched off)");
        assertThat(BatchVerdict.off(BatchLevel.OFF, "switched off")).hasToString("not batched (switched off)");
    }
}
