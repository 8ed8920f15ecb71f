package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TargetMixTest {
    @Test
    void sharesFollowTheWeights() {
        TargetMix mix = new TargetMix(List.of(target("a", 1), target("b", 3)), new SplittableRandom(1));
        int[] counts = new int[2];

        for (int i = 0; i < 100_000; i++) {
            counts[mix.next()]++;
        }

        assertThat(counts[1] / 100_000.0).isCloseTo(0.75, within(0.01));
    }

    private static LoadTarget target(String name, int weight) {
        return new LoadTarget(name, name, null, weight, LoadTarget.of(name).body(), Map.of());
    }
}
