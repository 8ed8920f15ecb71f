package dev.sluice.loadtest.proof.kill;

/**
 * Who is killed.
 *
 * <p>Threading: immutable.
 */
enum Victim {
    SERVER,
    PUBLISHER,
    BOTH;

    boolean server() {
        return this != PUBLISHER;
    }

    boolean publisher() {
        return this != SERVER;
    }

    /** As reports spell it. */
    String words() {
        return switch (this) {
            case SERVER -> "server";
            case PUBLISHER -> "publisher";
            case BOTH -> "both";
        };
    }
}
