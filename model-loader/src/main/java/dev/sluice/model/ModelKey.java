package dev.sluice.model;

/**
 * Identity of one immutable version of a model: the same key means the same bytes.
 *
 * <p>Threading: immutable.
 *
 * @param name model name, as its folder is called; not empty
 * @param version 1 or greater
 */
public record ModelKey(String name, long version) implements Comparable<ModelKey> {
    public ModelKey {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("model name must not be empty");
        }
        if (version < 1) {
            throw new IllegalArgumentException("model version must be 1 or greater, got " + version);
        }
    }

    @Override
    public int compareTo(ModelKey other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Long.compare(version, other.version);
    }

    /** For example {@code fraud@3}. */
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
