package dev.sluice.canary.feedback;

import dev.sluice.model.ModelKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Forgets some of the oldest predictions and their labels: few enough that nobody waits long for it.
 *
 * <p>Threading: stateless; called on the store's thread, in a transaction.
 */
final class ForgettingStep {
    private static final int CHUNKS_MAX = 64;

    private ForgettingStep() {}

    /**
     * Forgets chunks from the oldest on, as long as they are too old or there are too many rows.
     *
     * @return the oldest row that is left
     */
    static long run(FeedbackDatabase database, long oldestRow, long nextRow, long cutoffMillis, long rowsMax)
            throws SQLException {
        long oldest = oldestRow;
        try (PreparedStatement chunks = database.connection()
                .prepareStatement("SELECT first_row, row_count, newest_at, predictions FROM chunk"
                        + " WHERE first_row >= ? ORDER BY first_row LIMIT " + CHUNKS_MAX)) {
            chunks.setLong(1, oldestRow);
            try (ResultSet result = chunks.executeQuery()) {
                while (result.next()) {
                    boolean expired = result.getLong(3) < cutoffMillis;
                    if (!expired && nextRow - oldest <= rowsMax) {
                        break;
                    }
                    long first = result.getLong(1);
                    oldest = first + result.getLong(2);
                    String reason = expired ? FeedbackTally.EXPIRED : FeedbackTally.DISPLACED;
                    count(database, first, PredictionChunk.decode(result.getBytes(4)), reason);
                }
            }
        }
        if (oldest != oldestRow) {
            database.labels().remove(oldest);
            try (PreparedStatement delete =
                    database.connection().prepareStatement("DELETE FROM chunk WHERE first_row < ?")) {
                delete.setLong(1, oldest);
                delete.executeUpdate();
            }
        }
        return oldest;
    }

    private static void count(
            FeedbackDatabase database, long firstRow, List<PredictionChunk.Entry> entries, String reason)
            throws SQLException {
        for (PredictionChunk.Entry entry : entries) {
            ModelKey model = entry.prediction().model();
            int rows = entry.prediction().rows();
            long row = firstRow + entry.firstRow();
            database.tally().add(model.name(), reason, rows);
            database.tally().add(model, FeedbackTally.REMEMBERED, -rows);
            long labelled = database.labels().count(row, row + rows);
            if (labelled > 0) {
                database.tally().add(model, FeedbackTally.LABELLED, -labelled);
            }
        }
    }
}
