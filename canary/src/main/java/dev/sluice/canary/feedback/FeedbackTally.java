package dev.sluice.canary.feedback;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.ModelKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The counts of the feedback file: changed with what they count, in one transaction, so that they are exact after any crash.
 *
 * <p>Bound: a few counts for each model and each version of which predictions are remembered.
 *
 * <p>Threading: changes are made by the store's thread; {@link #all} by any. The lock is held for copies in memory only.
 */
final class FeedbackTally {
    static final String PREDICTED = "predicted";
    static final String REMEMBERED = "remembered";
    static final String LABELLED = "labelled";
    static final String EXPIRED = "expired";
    static final String DISPLACED = "displaced";
    static final String LAG_MILLIS = "lag_millis";
    static final String LAG = "lag_";

    /**
     * @param model version 0 stands for the model as a whole
     */
    record Key(String model, long version, String name) {}

    @GuardedBy("this") private final Map<Key, Long> committed = new HashMap<>();

    private final Map<Key, Long> changes = new HashMap<>();

    FeedbackTally(Connection connection) throws SQLException {
        try (PreparedStatement all = connection.prepareStatement("SELECT model, version, name, value FROM tally");
                ResultSet result = all.executeQuery()) {
            while (result.next()) {
                Key key = new Key(result.getString(1), result.getLong(2), result.getString(3));
                committed.put(key, result.getLong(4));
            }
        }
    }

    /** Counts for the model as a whole. */
    void add(String model, String name, long more) {
        changes.merge(new Key(model, 0, name), more, Long::sum);
    }

    /** Counts for one version. */
    void add(ModelKey model, String name, long more) {
        changes.merge(new Key(model.name(), model.version(), name), more, Long::sum);
    }

    /** Writes what was counted, in the transaction that is open. */
    void write(Connection connection) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO tally VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET value = value + excluded.value");
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM tally WHERE model = ? AND version = ? AND name = ? AND value = 0")) {
            for (Map.Entry<Key, Long> change : changes.entrySet()) {
                Key key = change.getKey();
                bind(upsert, key);
                upsert.setLong(4, change.getValue());
                upsert.executeUpdate();
                if (change.getValue() < 0) {
                    bind(delete, key);
                    delete.executeUpdate();
                }
            }
        }
    }

    private static void bind(PreparedStatement statement, Key key) throws SQLException {
        statement.setString(1, key.model());
        statement.setLong(2, key.version());
        statement.setString(3, key.name());
    }

    /** What was written was committed. */
    void committed() {
        synchronized (this) {
            for (Map.Entry<Key, Long> change : changes.entrySet()) {
                long sum = committed.getOrDefault(change.getKey(), 0L) + change.getValue();
                if (sum == 0) {
                    committed.remove(change.getKey());
                } else {
                    committed.put(change.getKey(), sum);
                }
            }
        }
        changes.clear();
    }

    /** What was counted since the last commit did not happen. */
    void rolledBack() {
        changes.clear();
    }

    /** All counts that are committed. */
    synchronized Map<Key, Long> all() {
        return Map.copyOf(committed);
    }
}
