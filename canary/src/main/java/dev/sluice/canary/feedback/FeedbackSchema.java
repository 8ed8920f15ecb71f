package dev.sluice.canary.feedback;

import dev.sluice.state.SqliteFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables of the feedback file.
 *
 * <p>Rows of predictions are numbered from 1 on, in the order in which they came: the first row of a prediction names it, and its
 * row {@code n} is that number plus {@code n}.
 *
 * <p>Threading: stateless; blocks.
 */
final class FeedbackSchema {
    /** Grows when a table changes; the step from each to the next is written here then. */
    static final int NUMBER = 1;

    /** {@code SLUF}: what SQLite calls the application id. */
    private static final int APPLICATION = 0x534c5546;

    static final SqliteFile.Schema SCHEMA =
            new SqliteFile.Schema(APPLICATION, NUMBER, "the predictions that wait for labels, and the labels");

    private static final List<String> TABLES = List.of(
            // Predictions that came one after the other: see PredictionChunk.
            "CREATE TABLE chunk (first_row INTEGER PRIMARY KEY, row_count INTEGER NOT NULL, newest_at INTEGER NOT NULL,"
                    + " predictions BLOB NOT NULL) STRICT",
            // Where the predictions of those chunks are: see PredictionRuns.
            "CREATE TABLE run (number INTEGER PRIMARY KEY, end_row INTEGER NOT NULL) STRICT",
            "CREATE TABLE leaf (key INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT",
            // By number of the row; times in milliseconds since 1970.
            "CREATE TABLE label (row INTEGER PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL,"
                    + " received_at INTEGER NOT NULL) STRICT",
            // Version 0 stands for the model as a whole.
            "CREATE TABLE tally (model TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,"
                    + " value INTEGER NOT NULL, PRIMARY KEY (model, version, name)) STRICT, WITHOUT ROWID");

    private FeedbackSchema() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.executeUpdate(table);
            }
        }
    }
}
