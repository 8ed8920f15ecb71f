package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentPredictionsTest {
    @Test
    void findsAllThatWerePutAndGivesThemInOrder() {
        RecentPredictions recent = new RecentPredictions();
        Map<Long, Long> expected = new HashMap<>();
        Random random = new Random(3);
        for (long row = 1; row <= 5_000; row++) {
            long hash = random.nextLong();
            expected.put(hash, row);
            recent.put(hash, row);
        }

        expected.forEach(
                (hash, row) -> assertThat(recent.find(hash, found -> true)).isEqualTo(row));
        RecentPredictions.Sorted sorted = recent.sorted();
        assertThat(sorted.count()).isEqualTo(5_000);
        for (int i = 0; i < sorted.count(); i++) {
            assertThat(sorted.row(i)).isEqualTo(expected.get(sorted.hash(i)));
            assertThat(i == 0 || Long.compareUnsigned(sorted.hash(i - 1), sorted.hash(i)) < 0)
                    .isTrue();
        }
    }

    @Test
    void keepsPredictionsWithEqualHashesApart() {
        RecentPredictions recent = new RecentPredictions();
        recent.put(9, 1);
        recent.put(9, 2);
        recent.put(9, 3);

        RecentPredictions.Sorted sorted = recent.sorted();

        assertThat(recent.find(9, row -> row == 2)).isEqualTo(2);
        assertThat(new long[] {sorted.row(0), sorted.row(1), sorted.row(2)}).containsExactlyInAnyOrder(1, 2, 3);
    }
}
