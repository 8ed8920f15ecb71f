package dev.sluice.canary.routing;

import dev.sluice.model.VersionSelector;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Divides the requests of one model between arms, by a hash of a key: without state, and with the same answer on every
 * replica.
 *
 * <p>The hash space has {@link #BASIS_POINTS} buckets. Every arm but the first takes a run of buckets from bucket 0 on; the
 * first arm keeps the rest. So raising the weight of the one candidate of two arms only moves keys from the first arm to it,
 * never between other requests.
 *
 * <p>Threading: immutable.
 *
 * @param arms at least one, names distinct, weights adding up to {@link #BASIS_POINTS}
 */
public record TrafficSplit(List<Arm> arms) {
    /** Weights are in hundredths of a percent. */
    public static final int BASIS_POINTS = 10_000;

    /**
     * One side of a split.
     *
     * @param name for example {@code stable} or {@code canary}; not empty
     * @param target which version it serves; {@code Routed} means the newest ready one
     * @param weight in basis points, in [0, 10000]
     */
    public record Arm(String name, VersionSelector target, int weight) {
        public Arm {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("arm name must not be empty");
            }
            if (weight < 0 || weight > BASIS_POINTS) {
                throw new IllegalArgumentException(
                        "weight of arm '" + name + "' must be between 0 and " + BASIS_POINTS + ", got " + weight);
            }
        }
    }

    public TrafficSplit {
        arms = List.copyOf(arms);
        Set<String> names = new HashSet<>();
        int sum = 0;
        for (Arm arm : arms) {
            if (!names.add(arm.name())) {
                throw new IllegalArgumentException("arm '" + arm.name() + "' is declared twice");
            }
            sum += arm.weight();
        }
        if (sum != BASIS_POINTS) {
            throw new IllegalArgumentException("weights must sum to " + BASIS_POINTS + ", got " + sum);
        }
    }

    /** Everything to one arm. */
    public static TrafficSplit single(String arm, VersionSelector target) {
        return new TrafficSplit(List.of(new Arm(arm, target, BASIS_POINTS)));
    }

    /** The arm of the request with this key; {@code salt} (the model's name) keeps models independent of one another. */
    public Arm choose(String salt, String key) {
        if (arms.size() == 1) {
            return arms.get(0);
        }
        int bucket = bucket(salt, key);
        int end = 0;
        for (int i = 1; i < arms.size(); i++) {
            end += arms.get(i).weight();
            if (bucket < end) {
                return arms.get(i);
            }
        }
        return arms.get(0);
    }

    /** The bucket of a key, uniform in [0, {@link #BASIS_POINTS}). */
    static int bucket(String salt, String key) {
        return (int) Long.remainderUnsigned(KeyHash.of(salt, key), BASIS_POINTS);
    }
}
