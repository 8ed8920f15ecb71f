package dev.sluice.canary.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.canary.routing.TrafficSplit.Arm;
import dev.sluice.model.VersionSelector.Exact;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficSplitTest {
    private static final int KEYS = 100_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 1000, 5000, 9999, 10_000})
    void givesTheCanaryItsShareOfKeys(int weight) {
        TrafficSplit split = split(weight);

        long canary = 0;
        for (int i = 0; i < KEYS; i++) {
            if (split.choose("fraud", "key-" + i).name().equals("canary")) {
                canary++;
            }
        }

        // Five standard deviations of a binomial of that share.
        double share = weight / 10_000.0;
        assertThat((double) canary / KEYS).isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / KEYS) + 1e-9));
    }

    @Test
    void movesKeysOnlyTowardsTheArmWhoseWeightGrows() {
        for (int i = 0; i < 5_000; i++) {
            String key = "key-" + i;
            boolean wasCanary = false;
            for (int weight = 0; weight <= 10_000; weight += 500) {
                boolean isCanary = split(weight).choose("fraud", key).name().equals("canary");
                assertThat(isCanary || !wasCanary).isTrue();
                wasCanary = isCanary;
            }
        }
    }

    @Test
    void splitsTwoModelsIndependently() {
        TrafficSplit half = split(5_000);

        int same = 0;
        for (int i = 0; i < KEYS; i++) {
            if (half.choose("a", "key-" + i).equals(half.choose("b", "key-" + i))) {
                same++;
            }
        }

        assertThat((double) same / KEYS).isCloseTo(0.5, within(0.01));
    }

    /** Computed by independent code: every replica and every later release must agree with it. */
    @Test
    void keepsItsBucketsForEver() {
        assertThat(TrafficSplit.bucket("fraud", "customer-1")).isEqualTo(7135);
        assertThat(TrafficSplit.bucket("fraud", "customer-2")).isEqualTo(2929);
    }

    @Test
    void rejectsWeightsThatDoNotAddUp() {
        assertThatThrownBy(() -> new TrafficSplit(List.of(arm("stable", 1, 9000), arm("canary", 2, 2000))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights must sum to 10000, got 11000");
    }

    @Test
    void rejectsTwoArmsOfOneName() {
        assertThatThrownBy(() -> new TrafficSplit(List.of(arm("stable", 1, 5000), arm("stable", 2, 5000))))
                .hasMessage("arm 'stable' is declared twice");
    }

    private static TrafficSplit split(int canaryWeight) {
        return new TrafficSplit(List.of(arm("stable", 1, 10_000 - canaryWeight), arm("canary", 2, canaryWeight)));
    }

    private static Arm arm(String name, long version, int weight) {
        return new Arm(name, new Exact(version), weight);
    }
}
