package dev.sluice.loadtest.proof.speed;

/**
 * What became of a goal.
 *
 * <p>Threading: immutable.
 */
enum Verdict {
    MET("met"),
    MISSED("missed"),
    NOT_MEASURED("not measured"),
    /** The same, and nothing but the generator or its machine is to blame. */
    MACHINE_BUSY("not measured, machine busy"),
    /** Asked for, but this run was not given what another tool measures. */
    ELSEWHERE("measured elsewhere"),
    /** Measured, but in a reduced run whose times say nothing, or in too few rounds. */
    NOT_JUDGED("not judged");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
