package dev.sluice.canary.feedback;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The labels of one request on their way to their predictions.
 *
 * <p>Threading: confined to the store's thread.
 */
final class LabelJoin {
    /** How far a client's clock may be off. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private final String model;
    private final FeedbackOptions options;
    private final Map<LabelOutcome, Integer> counts = new EnumMap<>(LabelOutcome.class);
    private final List<LabelError> errors = new ArrayList<>();

    LabelJoin(String model, FeedbackOptions options) {
        this.model = model;
        this.options = options;
    }

    /**
     * Joins labels to their predictions, in one transaction.
     *
     * @return those whose predictions are not known
     */
    List<GivenLabel> join(FeedbackDatabase database, Collection<GivenLabel> labels, Instant now) {
        LabelJoin attempt = new LabelJoin(model, options);
        List<GivenLabel> unknown = database.transact(() -> {
            List<GivenLabel> left = new ArrayList<>();
            for (GivenLabel label : labels) {
                if (!attempt.join(database, label, now)) {
                    left.add(label);
                }
            }
            return left;
        });
        attempt.counts.forEach((outcome, count) -> counts.merge(outcome, count, Integer::sum));
        errors.addAll(attempt.errors);
        return unknown;
    }

    /** No prediction will come for these any more. */
    void orphans(FeedbackDatabase database, Collection<GivenLabel> labels) {
        database.transact(() -> {
            database.tally().add(model, LabelOutcome.ORPHAN.word(), labels.size());
            return labels.size();
        });
        counts.merge(LabelOutcome.ORPHAN, labels.size(), Integer::sum);
    }

    LabelAnswer answer() {
        return new LabelAnswer(counts, errors);
    }

    private boolean join(FeedbackDatabase database, GivenLabel given, Instant now) throws SQLException {
        Instant at = given.at();
        if (at != null && at.isAfter(now.plus(CLOCK_TOLERANCE))) {
            error(given, "'at' must not be in the future, got " + at + " and it is " + now);
            return true;
        }
        FeedbackDatabase.Found found = database.find(given.predictionId());
        long cutoff = now.minus(options.keep()).toEpochMilli();
        if (found == null || found.prediction().atMillis() < cutoff) {
            return false;
        }
        Prediction prediction = found.prediction();
        if (!prediction.model().name().equals(model)) {
            count(database, LabelOutcome.WRONG_MODEL);
            return true;
        }
        if (given.row() >= prediction.rows()) {
            error(
                    given,
                    "'row' must be between 0 and " + (prediction.rows() - 1) + ", the prediction had "
                            + prediction.rows() + (prediction.rows() == 1 ? " row" : " rows") + ", got "
                            + given.row());
            return true;
        }
        Instant predicted = Instant.ofEpochMilli(prediction.atMillis());
        if (at != null && at.isBefore(predicted.minus(CLOCK_TOLERANCE))) {
            error(given, "'at' must not be before the prediction, which was made at " + predicted + ", got " + at);
            return true;
        }
        join(database, found, given, at == null ? now : at, now);
        return true;
    }

    private void join(
            FeedbackDatabase database, FeedbackDatabase.Found found, GivenLabel given, Instant at, Instant now)
            throws SQLException {
        long row = found.row() + given.row();
        StoredLabels.Stored before = database.labels().find(row);
        if (before != null && before.label().equals(given.label())) {
            count(database, LabelOutcome.DUPLICATE);
            return;
        }
        if (before == null || at.toEpochMilli() >= before.atMillis()) {
            database.labels().put(row, given.label(), at.toEpochMilli(), now.toEpochMilli());
        }
        if (before != null) {
            count(database, LabelOutcome.CORRECTED);
            return;
        }
        Prediction prediction = found.prediction();
        boolean late =
                now.toEpochMilli() - prediction.atMillis() > options.lateAfter().toMillis();
        count(database, late ? LabelOutcome.LATE : LabelOutcome.JOINED);
        long lag = Math.max(0, at.toEpochMilli() - prediction.atMillis());
        FeedbackTally tally = database.tally();
        tally.add(prediction.model(), FeedbackTally.LABELLED, 1);
        tally.add(model, FeedbackTally.LAG + LagBuckets.of(lag), 1);
        tally.add(model, FeedbackTally.LAG_MILLIS, lag);
    }

    private void count(FeedbackDatabase database, LabelOutcome outcome) {
        counts.merge(outcome, 1, Integer::sum);
        database.tally().add(model, outcome.word(), 1);
    }

    private void error(GivenLabel given, String message) {
        errors.add(new LabelError(given.index(), message));
    }
}
