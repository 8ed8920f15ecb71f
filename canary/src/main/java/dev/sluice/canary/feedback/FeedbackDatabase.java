package dev.sluice.canary.feedback;

import dev.sluice.state.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The feedback file.
 *
 * <p>What {@link #transact} has returned from survives the end of the process at any moment.
 *
 * <p>Bounds: 32 MiB of pages in memory, and the {@link RecentPredictions}.
 *
 * <p>Threading: one thread at a time; blocks.
 */
final class FeedbackDatabase implements AutoCloseable {
    private static final int CACHE_KIBIBYTES = 32 << 10;
    private static final int JOURNAL_BYTES_MAX = 64 << 20;
    private static final int CHUNK_BYTES_MAX = 256 << 10;

    private final Path file;
    private final Connection connection;
    private final int recentMax;
    private final FeedbackTally tally;
    private final PredictionRuns runs;
    private final RecentPredictions recent = new RecentPredictions();
    private final StoredLabels labels;
    private final PreparedStatement insertChunk;
    private final PreparedStatement chunkOf;
    private long oldestRow;
    private long nextRow;

    private FeedbackDatabase(Path file, Connection connection, int recentMax) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.recentMax = recentMax;
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA cache_size = -" + CACHE_KIBIBYTES);
            statement.execute("PRAGMA journal_size_limit = " + JOURNAL_BYTES_MAX);
        }
        connection.setAutoCommit(false);
        tally = new FeedbackTally(connection);
        runs = new PredictionRuns(connection);
        labels = new StoredLabels(connection);
        insertChunk = connection.prepareStatement("INSERT INTO chunk VALUES (?, ?, ?, ?)");
        chunkOf = connection.prepareStatement("SELECT first_row, row_count, predictions FROM chunk"
                + " WHERE first_row <= ? ORDER BY first_row DESC LIMIT 1");
        nextRow = Math.max(
                runs.endRow(),
                number("SELECT coalesce(max(first_row + row_count), 1) FROM chunk"
                        + " WHERE first_row = (SELECT max(first_row) FROM chunk)"));
        oldestRow = Math.min(nextRow, number("SELECT coalesce(min(first_row), " + nextRow + ") FROM chunk"));
        readRecent();
        connection.commit();
    }

    /**
     * Opens the file, made where it is missing.
     *
     * @param recentMax predictions that are found in memory alone before a run is made of them
     * @throws dev.sluice.state.StateException if it cannot be used or must not be touched
     */
    static FeedbackDatabase open(Path file, Optional<Path> scratch, int recentMax) {
        Connection connection = SqliteFile.open(file, FeedbackSchema.SCHEMA, scratch, FeedbackSchema::create);
        try {
            return new FeedbackDatabase(file, connection, recentMax);
        } catch (SQLException e) {
            try (connection) {
                throw SqliteFile.failed(file, FeedbackSchema.SCHEMA, e);
            } catch (SQLException ignored) {
                throw SqliteFile.failed(file, FeedbackSchema.SCHEMA, e);
            }
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private void readRecent() throws SQLException {
        try (PreparedStatement chunks = connection.prepareStatement(
                "SELECT first_row, predictions FROM chunk WHERE first_row >= ? ORDER BY first_row")) {
            chunks.setLong(1, runs.endRow());
            try (ResultSet result = chunks.executeQuery()) {
                while (result.next()) {
                    remember(result.getLong(1), PredictionChunk.decode(result.getBytes(2)));
                }
            }
        }
    }

    private void remember(long firstRow, List<PredictionChunk.Entry> entries) {
        for (PredictionChunk.Entry entry : entries) {
            recent.put(Prediction.hash(entry.prediction().id()), firstRow + entry.firstRow());
        }
    }

    /** A change, all or nothing. */
    interface Change<T> {
        T run() throws SQLException;
    }

    /**
     * Makes a change and commits it.
     *
     * @throws dev.sluice.state.StateException if that is not possible; nothing is changed then
     */
    <T> T transact(Change<T> change) {
        try {
            T result;
            try {
                result = change.run();
                tally.write(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                tally.rolledBack();
                connection.rollback();
                throw e;
            }
            tally.committed();
            return result;
        } catch (SQLException e) {
            throw SqliteFile.failed(file, FeedbackSchema.SCHEMA, e);
        }
    }

    /** Adds predictions, durably. */
    void insert(List<Prediction> predictions) {
        long end = transact(() -> {
            long row = nextRow;
            for (int from = 0; from < predictions.size(); ) {
                int to = chunkEnd(predictions, from);
                row += insert(predictions.subList(from, to), row);
                from = to;
            }
            return row;
        });
        long row = nextRow;
        for (Prediction prediction : predictions) {
            recent.put(Prediction.hash(prediction.id()), row);
            row += prediction.rows();
        }
        nextRow = end;
        if (recent.count() >= recentMax) {
            writeRun();
        }
    }

    private static int chunkEnd(List<Prediction> predictions, int from) {
        int to = from;
        long bytes = 0;
        while (to < predictions.size()
                && to - from < PredictionChunk.PREDICTIONS_MAX
                && (to == from || bytes + predictions.get(to).outputs().bytes().length <= CHUNK_BYTES_MAX)) {
            bytes += predictions.get(to++).outputs().bytes().length;
        }
        return to;
    }

    private int insert(List<Prediction> chunk, long firstRow) throws SQLException {
        int rows = 0;
        long newest = Long.MIN_VALUE;
        for (Prediction prediction : chunk) {
            rows += prediction.rows();
            newest = Math.max(newest, prediction.atMillis());
            tally.add(prediction.model().name(), FeedbackTally.PREDICTED, prediction.rows());
            tally.add(prediction.model(), FeedbackTally.REMEMBERED, prediction.rows());
        }
        insertChunk.setLong(1, firstRow);
        insertChunk.setInt(2, rows);
        insertChunk.setLong(3, newest);
        insertChunk.setBytes(4, PredictionChunk.encode(chunk));
        insertChunk.executeUpdate();
        return rows;
    }

    private void writeRun() {
        long end = nextRow;
        int number = transact(() -> runs.write(recent.sorted(), end));
        runs.added(number, end);
        recent.clear();
    }

    /** A prediction that was found, and the number of its first row. */
    record Found(long row, Prediction prediction) {}

    /** The prediction of that id; null when none is known. */
    @Nullable Found find(String id) throws SQLException {
        if (id.isEmpty() || id.length() > Prediction.ID_CHARS_MAX) {
            return null;
        }
        long hash = Prediction.hash(id);
        @Nullable Found[] found = new @Nullable Found[1];
        recent.find(hash, row -> {
            found[0] = row < oldestRow ? null : atQuietly(row, id);
            return found[0] != null;
        });
        if (found[0] != null) {
            return found[0];
        }
        for (long row : runs.find(hash, oldestRow)) {
            Found at = row < oldestRow ? null : at(row, id);
            if (at != null) {
                return at;
            }
        }
        return null;
    }

    private @Nullable Found atQuietly(long row, String id) {
        try {
            return at(row, id);
        } catch (SQLException e) {
            throw SqliteFile.failed(file, FeedbackSchema.SCHEMA, e);
        }
    }

    private @Nullable Found at(long row, String id) throws SQLException {
        chunkOf.setLong(1, row);
        try (ResultSet result = chunkOf.executeQuery()) {
            if (!result.next() || row >= result.getLong(1) + result.getLong(2)) {
                return null;
            }
            Prediction prediction = PredictionChunk.find(result.getBytes(3), row - result.getLong(1));
            return prediction != null && prediction.id().equals(id) ? new Found(row, prediction) : null;
        }
    }

    /** The labels of rows. */
    StoredLabels labels() {
        return labels;
    }

    FeedbackTally tally() {
        return tally;
    }

    Connection connection() {
        return connection;
    }

    /** Rows that are remembered. */
    long rows() {
        return nextRow - oldestRow;
    }

    /**
     * Forgets some of the oldest predictions that are too old or too many.
     *
     * @param cutoffMillis predictions before it are forgotten
     * @param rowsMax most rows that stay
     * @return whether there may be more to do
     */
    boolean forgetSome(long cutoffMillis, long rowsMax) {
        long oldest = transact(() -> ForgettingStep.run(this, oldestRow, nextRow, cutoffMillis, rowsMax));
        boolean forgot = oldest != oldestRow;
        oldestRow = oldest;
        return transact(() -> runs.removeSome(oldestRow)) || forgot;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Everything that matters was committed before.
        }
    }
}
