package dev.sluice.loader.runtime.onnx;

import org.jspecify.annotations.Nullable;

/**
 * A place in a model, for messages: it costs next to nothing until it is spelled out.
 *
 * <p>Threading: immutable.
 *
 * @param parent the place that this one is in; null at the top
 * @param kind what it is, such as {@code initializer}
 * @param name its name in the file; may be empty
 */
record Where(@Nullable Where parent, String kind, String name) {
    /** Places of which one message tells: the innermost. */
    private static final int SHOWN_MAX = 4;

    static Where top(String kind, String name) {
        return new Where(null, kind, name);
    }

    Where in(String innerKind, String innerName) {
        return new Where(this, innerKind, innerName);
    }

    /** From the inside out: {@code initializer 'w' of graph 'body' of node 'loop'}. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        Where place = this;
        for (int i = 0; i < SHOWN_MAX && place != null; i++, place = place.parent) {
            out.append(i == 0 ? "" : " of ").append(place.kind).append(' ').append(Shown.quoted(place.name));
        }
        return out.toString();
    }
}
