package dev.sluice.canary.inputlog.table;

/**
 * Which end of a request a tensor belongs to.
 *
 * <p>Threading: immutable.
 */
public enum Side {
    INPUT("in_"),
    OUTPUT("out_");

    private final String prefix;

    Side(String prefix) {
        this.prefix = prefix;
    }

    /** What the names of its columns begin with. */
    public String prefix() {
        return prefix;
    }
}
