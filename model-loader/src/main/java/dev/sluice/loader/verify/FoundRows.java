package dev.sluice.loader.verify;

import org.jspecify.annotations.Nullable;

/**
 * Made-up rows that a model takes, or why there are none.
 *
 * <p>Threading: immutable.
 *
 * @param rows null when none were found
 * @param reason why; empty when some were found
 */
public record FoundRows(@Nullable ProbeRows rows, String reason) {
    static FoundRows of(ProbeRows rows) {
        return new FoundRows(rows, "");
    }

    static FoundRows none(String reason) {
        return new FoundRows(null, reason);
    }
}
