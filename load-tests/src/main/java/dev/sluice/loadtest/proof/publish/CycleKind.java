package dev.sluice.loadtest.proof.publish;

import java.util.List;

/**
 * How one version is published.
 *
 * <p>Threading: immutable.
 */
enum CycleKind {
    /** Written elsewhere with its manifest, then renamed. */
    RENAMED("renamed", true),
    /** The manifest describes another file of the same length: only its checksum tells. */
    CORRUPT("corrupt", false),
    /** Half the file, renamed, without a manifest. */
    TRUNCATED("truncated", false),
    /** A sound model that takes a column less. */
    FEWER_COLUMNS("other shape", false),
    /** Written in place in pieces, with pauses, and the manifest last. */
    SLOW_MANIFEST("slow, manifest last", true),
    /** A sound model that takes float64. */
    OTHER_TYPE("other dtype", false),
    /** Written in place in pieces, with pauses, without a manifest, and never completed. */
    SLOW_ABANDONED("slow, abandoned", false),
    /** A sound model whose input has another name. */
    OTHER_NAME("other input name", false),
    /** Written in place in pieces, without a manifest, one pause longer than a version has to settle; complete at last. */
    SLOW_SETTLING("slow, without manifest", true);

    private static final List<CycleKind> SPECIAL = List.of(
            TRUNCATED, CORRUPT, FEWER_COLUMNS, SLOW_MANIFEST, SLOW_ABANDONED, OTHER_TYPE, SLOW_SETTLING, OTHER_NAME);

    private final String words;
    private final boolean good;

    CycleKind(String words, boolean good) {
        this.words = words;
        this.good = good;
    }

    /** Every third is one of the others, in turn. */
    static CycleKind of(int cycle) {
        return cycle % 3 == 2 ? SPECIAL.get(cycle / 3 % SPECIAL.size()) : RENAMED;
    }

    /** As reports spell it. */
    String words() {
        return words;
    }

    /** Whether it must be served in the end. */
    boolean isGood() {
        return good;
    }

    /** Whether it counts only once nothing has changed for a while. */
    boolean settles() {
        return this == SLOW_SETTLING;
    }
}
