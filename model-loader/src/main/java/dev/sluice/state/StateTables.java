package dev.sluice.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads and writes the rows of the state file.
 *
 * <p>Threading: stateless; blocks.
 *
 * @see StateSchema
 */
final class StateTables {
    /** Most entries of the audit table; beyond it the oldest go. */
    static final int AUDIT_MAX = 10_000;

    private static final String LOADED = "loaded";
    private static final String UNLOADED = "unloaded";

    private StateTables() {}

    static Map<String, SavedModel> models(Connection connection) throws SQLException {
        SortedMap<String, SavedModel> models = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            readLabels(statement, models);
            readIntents(statement, models);
            readServed(statement, models);
        }
        return models;
    }

    private static SavedModel known(Map<String, SavedModel> models, String name) {
        return models.computeIfAbsent(name, SavedModel::unknown);
    }

    private static void readLabels(Statement statement, Map<String, SavedModel> models) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT model, label, version, set_at FROM label")) {
            while (rows.next()) {
                String name = rows.getString(1);
                SavedModel model = known(models, name);
                models.put(
                        name,
                        model.withLabel(rows.getString(2), rows.getLong(3), Instant.ofEpochMilli(rows.getLong(4))));
            }
        }
    }

    private static void readIntents(Statement statement, Map<String, SavedModel> models) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT model, version, wanted FROM intent")) {
            while (rows.next()) {
                String name = rows.getString(1);
                SavedModel model = known(models, name);
                long version = rows.getLong(2);
                boolean unloaded = rows.getString(3).equals(UNLOADED);
                models.put(
                        name,
                        version == 0
                                ? model.withStopped(unloaded)
                                : unloaded ? model.withStopped(version) : model.withLoaded(version));
            }
        }
    }

    private static void readServed(Statement statement, Map<String, SavedModel> models) throws SQLException {
        try (ResultSet rows =
                statement.executeQuery("SELECT model, version, since FROM served ORDER BY model, position")) {
            while (rows.next()) {
                String name = rows.getString(1);
                SavedModel model = known(models, name);
                models.put(name, model.withServed(rows.getLong(2), Instant.ofEpochMilli(rows.getLong(3))));
            }
        }
    }

    /** Makes this all that is known of that model. */
    static void replace(Connection connection, SavedModel model) throws SQLException {
        for (String table : List.of("label", "intent", "served")) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE model = ?")) {
                delete.setString(1, model.name());
                delete.executeUpdate();
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO label (model, label, version, set_at) VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<String, SavedLabel> label : model.labels().entrySet()) {
                insert.setString(1, model.name());
                insert.setString(2, label.getKey());
                insert.setLong(3, label.getValue().version());
                insert.setLong(4, label.getValue().setAt().toEpochMilli());
                insert.executeUpdate();
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO intent (model, version, wanted) VALUES (?, ?, ?)")) {
            if (model.stopped()) {
                intend(insert, model.name(), 0, UNLOADED);
            }
            for (long version : new TreeSet<>(model.stoppedVersions())) {
                intend(insert, model.name(), version, UNLOADED);
            }
            for (long version : new TreeSet<>(model.loadedVersions())) {
                intend(insert, model.name(), version, LOADED);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO served (model, position, version, since) VALUES (?, ?, ?, ?)")) {
            int position = 0;
            for (ServedVersion served : model.served()) {
                insert.setString(1, model.name());
                insert.setInt(2, position++);
                insert.setLong(3, served.version());
                insert.setLong(4, served.since().toEpochMilli());
                insert.executeUpdate();
            }
        }
    }

    private static void intend(PreparedStatement insert, String model, long version, String wanted)
            throws SQLException {
        insert.setString(1, model);
        insert.setLong(2, version);
        insert.setString(3, wanted);
        insert.executeUpdate();
    }

    static void append(Connection connection, AuditEntry entry) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO audit (at, actor, operation, model, detail) VALUES (?, ?, ?, ?, ?)")) {
            insert.setLong(1, entry.at().toEpochMilli());
            insert.setString(2, entry.actor());
            insert.setString(3, entry.operation());
            insert.setString(4, entry.model());
            insert.setString(5, entry.detail());
            insert.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - " + AUDIT_MAX);
        }
    }

    static List<AuditEntry> audit(Connection connection, int max) throws SQLException {
        List<AuditEntry> entries = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT at, actor, operation, model, detail FROM audit ORDER BY id DESC LIMIT ?")) {
            select.setInt(1, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(new AuditEntry(
                            Instant.ofEpochMilli(rows.getLong(1)),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5)));
                }
            }
        }
        return entries;
    }
}
