package dev.sluice.loadtest.proof.manymodels;

/**
 * What a client can know of whether a model was in memory when it was asked.
 *
 * <p>Threading: immutable.
 */
enum Residency {
    /** Asked so lately that it cannot have been evicted as the least recently used one. */
    WARM,
    /** Somewhere between. */
    UNSURE,
    /** So many others were asked since that it must have been evicted, or it was never asked before. */
    COLD;

    /** As reports spell it. */
    String words() {
        return switch (this) {
            case WARM -> "warm";
            case UNSURE -> "unsure";
            case COLD -> "cold";
        };
    }
}
