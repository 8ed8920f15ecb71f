package dev.sluice.canary.feedback;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The labels of rows, by the row's number.
 *
 * <p>Threading: confined to the store's thread; blocks. Transactions are the caller's.
 */
final class StoredLabels {
    private final PreparedStatement select;
    private final PreparedStatement put;
    private final PreparedStatement count;
    private final PreparedStatement remove;

    StoredLabels(Connection connection) throws SQLException {
        select = connection.prepareStatement("SELECT value, at FROM label WHERE row = ?");
        put = connection.prepareStatement("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)");
        count = connection.prepareStatement("SELECT count(*) FROM label WHERE row >= ? AND row < ?");
        remove = connection.prepareStatement("DELETE FROM label WHERE row < ?");
    }

    /**
     * @param atMillis since when it is known
     */
    record Stored(LabelValue label, long atMillis) {}

    /** The label of a row; null when it has none. */
    @Nullable Stored find(long row) throws SQLException {
        select.setLong(1, row);
        try (ResultSet result = select.executeQuery()) {
            return result.next() ? new Stored(new LabelValue(result.getString(1)), result.getLong(2)) : null;
        }
    }

    /** Gives a row its label. */
    void put(long row, LabelValue label, long atMillis, long receivedMillis) throws SQLException {
        put.setLong(1, row);
        put.setString(2, label.json());
        put.setLong(3, atMillis);
        put.setLong(4, receivedMillis);
        put.executeUpdate();
    }

    /** Labels of the rows in [from, to). */
    long count(long from, long to) throws SQLException {
        count.setLong(1, from);
        count.setLong(2, to);
        try (ResultSet result = count.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** Removes the labels of all rows before that one. */
    void remove(long before) throws SQLException {
        remove.setLong(1, before);
        remove.executeUpdate();
    }
}
