package dev.sluice.loadtest.proof.speed;

/**
 * The figures of one system in one round, kept beside the goals and judged by nobody.
 *
 * <p>Threading: immutable.
 *
 * @param work what was asked, for example {@code MLP}
 * @param system who answered, for example {@code bare}
 * @param connections that asked
 * @param round 0-based
 */
record Sample(String work, String system, int connections, int round, Figures figures) {}
