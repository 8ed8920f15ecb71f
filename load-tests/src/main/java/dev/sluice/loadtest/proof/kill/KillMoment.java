package dev.sluice.loadtest.proof.kill;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whom to kill, and when.
 *
 * <p>Threading: immutable.
 *
 * @param victim drawn evenly
 * @param onceVisible whether the time counts from when the version became visible, and not from the publisher's start
 * @param afterNanos how long after that
 */
record KillMoment(Victim victim, boolean onceVisible, long afterNanos) {
    private static final List<Victim> VICTIMS = List.of(Victim.values());

    /** Within this time after it became visible, a version is noticed, loaded and swapped in. */
    private static final long SWAP_NANOS = 400_000_000L;
    /** What a publisher needs before it touches a file: its JVM starts. */
    private static final double START_SHARE = 0.3;

    /**
     * One of two moments: while a publisher works, or while the server takes over what has just become visible.
     *
     * @param publishNanos how long a publish takes, as far as is known
     */
    static KillMoment draw(RandomGenerator random, long publishNanos) {
        Victim victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
        boolean onceVisible = random.nextBoolean();
        double share = random.nextDouble();
        double nanos = onceVisible ? share * SWAP_NANOS : publishNanos * (START_SHARE + share * (1 - START_SHARE));
        return new KillMoment(victim, onceVisible, (long) nanos);
    }

    /** As reports spell it. */
    String words() {
        return victim.words() + (onceVisible ? " once visible" : " while publishing");
    }
}
