package dev.sluice.canary.inputlog.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.TestRecords;
import dev.sluice.model.ModelKey;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFilterTest {
    private static final LoggedRecord RECORD =
            TestRecords.record("p-1", new ModelKey("fraud", 3), "", Optional.empty(), Optional.empty());

    @Test
    void choosesAllWithoutConditions() {
        assertThat(RecordFilter.ALL.accepts(RECORD)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "fraud,3,canary,out_of_range,false,p-1,true",
        "fraud,,,,false,,true",
        "iris,3,canary,,false,,false",
        "fraud,4,,,false,,false",
        ",,stable,,false,,false",
        ",,,out_of_range:age,false,,true",
        ",,,out_of_range:amount,false,,false",
        ",,,out_of,false,,false",
        ",,,,true,,false",
        ",,,,false,p-2,false"
    })
    void choosesWhatMeetsEveryCondition(
            @Nullable String model,
            @Nullable Long version,
            @Nullable String arm,
            @Nullable String flag,
            boolean errors,
            @Nullable String id,
            boolean chosen) {
        RecordFilter filter = new RecordFilter(
                Optional.ofNullable(model),
                version == null ? OptionalLong.empty() : OptionalLong.of(version),
                Optional.ofNullable(arm),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(flag),
                errors,
                Optional.ofNullable(id));

        assertThat(filter.accepts(RECORD)).isEqualTo(chosen);
    }

    @Test
    void takesTheBeginningOfATimeAndNotItsEnd() {
        assertThat(between(TestRecords.TIME, TestRecords.TIME.plusNanos(1)).accepts(RECORD))
                .isTrue();
        assertThat(between(TestRecords.TIME.minusNanos(1), TestRecords.TIME).accepts(RECORD))
                .isFalse();
    }

    private static RecordFilter between(Instant from, Instant to) {
        return new RecordFilter(
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(from),
                Optional.of(to),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
