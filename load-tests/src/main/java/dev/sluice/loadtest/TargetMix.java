package dev.sluice.loadtest;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which target the next request goes to: each with the probability of its weight, independent of all others, so that
 * the requests of a Poisson process are Poisson for each target too.
 *
 * <p>Threading: confined to one event loop.
 */
final class TargetMix {
    private final int[] weightUpTo;
    private final RandomGenerator random;

    /** @param targets at least one */
    TargetMix(List<LoadTarget> targets, RandomGenerator random) {
        this.random = random;
        weightUpTo = new int[targets.size()];
        int sum = 0;
        for (int i = 0; i < weightUpTo.length; i++) {
            sum += targets.get(i).weight();
            weightUpTo[i] = sum;
        }
    }

    /** The index of a target. */
    int next() {
        if (weightUpTo.length == 1) {
            return 0;
        }
        int drawn = random.nextInt(weightUpTo[weightUpTo.length - 1]);
        int index = 0;
        while (drawn >= weightUpTo[index]) {
            index++;
        }
        return index;
    }
}
