package dev.sluice.canary.feedback;

import java.time.Instant;

/**
 * The label of a row.
 *
 * <p>Threading: immutable.
 *
 * @param label what was true
 * @param at since when that is known
 */
public record JoinedLabel(LabelValue label, Instant at) {}
