package dev.sluice.canary.inputlog.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.table.TestRecords;
import dev.sluice.model.ModelKey;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LogStatisticsTest {
    private final LogStatistics statistics = new LogStatistics(RecordFilter.ALL);

    @Test
    void groupsRecordsAnswersFirst() {
        add("fraud", 3, "QUEUE_FULL");
        add("fraud", 3, "");
        add("fraud", 2, "");
        add("fraud", 3, "");

        assertThat(statistics.groups())
                .extracting(each -> each.group().version() + " " + each.group().outcome() + " " + each.records())
                .containsExactly("2 answered 1", "3 answered 2", "3 QUEUE_FULL 1");
    }

    @Test
    void estimatesHowManyRequestsTheyStandFor() {
        add("fraud", 3, "");
        add("fraud", 3, "");

        assertThat(statistics.records()).isEqualTo(2);
        assertThat(statistics.requests()).isCloseTo(20, Offset.offset(1e-9));
        assertThat(statistics.flags()).containsEntry("out_of_range:age", 2L);
        assertThat(statistics.first()).contains(TestRecords.TIME);
    }

    @Test
    void addsWindowsUp() {
        for (int i = 0; i < 2; i++) {
            statistics.add(new LogLine.Window(
                    new WindowCounts(
                            i + 1, TestRecords.TIME, TestRecords.TIME, 10, 5, 1, 3, Map.of(DropReason.QUEUE_FULL, 2L)),
                    0,
                    i == 1));
        }

        WindowSums sums = statistics.windows();
        assertThat(sums.received()).isEqualTo(20);
        assertThat(sums.received()).isEqualTo(sums.logged() + sums.sampledOut() + sums.droppedTotal());
        assertThat(sums.interrupted()).isOne();
        assertThat(sums.digests()).isEqualTo(2);
    }

    @Test
    void countsTogetherWhatIsMoreThanItsBound() {
        for (int version = 1; version <= 2_000; version++) {
            add("fraud", version, "");
        }

        assertThat(statistics.records()).isEqualTo(2_000);
        assertThat(statistics.groups()).hasSize(1025);
        assertThat(statistics.groups().stream()
                        .mapToLong(GroupStatistics::records)
                        .sum())
                .isEqualTo(2_000);
    }

    private void add(String model, long version, String failure) {
        statistics.add(new LogLine.Prediction(
                TestRecords.record("p", new ModelKey(model, version), failure, Optional.empty(), Optional.empty())));
    }
}
