package dev.sluice.canary.feedback;

import java.util.Optional;

/**
 * A row of a prediction that waits for its label, or has it.
 *
 * <p>Threading: immutable.
 *
 * @param prediction all rows of its request
 * @param row which of them, from 0
 * @param label empty as long as it waits
 */
public record RememberedRow(Prediction prediction, int row, Optional<JoinedLabel> label) {}
