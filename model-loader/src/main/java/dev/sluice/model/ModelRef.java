package dev.sluice.model;

/**
 * What a request asks for: a model name and which of its versions.
 *
 * <p>Threading: immutable.
 */
public record ModelRef(String name, VersionSelector version) {
    public ModelRef(String name) {
        this(name, new VersionSelector.Routed());
    }

    @Override
    public String toString() {
        return version instanceof VersionSelector.Routed ? name : name + "@" + version;
    }
}
