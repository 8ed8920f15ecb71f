package dev.sluice.loader.verify;

import dev.sluice.loader.padding.PaddingRule;
import org.jspecify.annotations.Nullable;

/**
 * Whether rows of different lengths may share a run of a version, and why.
 *
 * <p>Threading: immutable.
 *
 * @param rule how they are padded; null when they must not
 * @param paddingCellsMax most cells of padding that are cheaper than one more run; 0 without a rule
 * @param tolerance part of the largest value by which padded answers may differ; 0 when they were equal
 * @param difference the largest that was measured, as a part of the largest value
 * @param reason one line for operators; empty when there is nothing to say, because no row has a length or
 *     nobody declares a mask
 */
public record PaddingVerdict(
        @Nullable PaddingRule rule, long paddingCellsMax, double tolerance, double difference, String reason) {
    /** Nobody asks for padding. */
    static final PaddingVerdict NOTHING_TO_PAD = none("");

    static PaddingVerdict none(String reason) {
        return new PaddingVerdict(null, 0, 0, 0, reason);
    }

    /** For example {@code lengths padded by 'attention_mask' (proved …)}; empty when there is nothing to say. */
    @Override
    public String toString() {
        if (rule != null) {
            return "lengths padded by '" + rule.mask() + "' (" + reason + ")";
        }
        return reason.isEmpty() ? "" : "lengths not padded (" + reason + ")";
    }
}
