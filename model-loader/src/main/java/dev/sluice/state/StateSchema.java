package dev.sluice.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/**
 * The tables of the state file, and the decision whether a file may be used.
 *
 * <p>Nothing is ever changed in a file that is damaged, of a newer schema or not Sluice's.
 *
 * <p>Threading: stateless; blocks.
 */
final class StateSchema {
    /** Grows when a table changes; the step from each to the next is written here then. */
    static final int NUMBER = 1;

    /** {@code SLUC}: what SQLite calls the application id. */
    private static final int APPLICATION = 0x534c5543;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final List<String> TABLES = List.of(
            "CREATE TABLE label (model TEXT NOT NULL, label TEXT NOT NULL, version INTEGER NOT NULL,"
                    + " set_at INTEGER NOT NULL, PRIMARY KEY (model, label)) STRICT, WITHOUT ROWID",
            // Version 0 stands for the model as a whole.
            "CREATE TABLE intent (model TEXT NOT NULL, version INTEGER NOT NULL,"
                    + " wanted TEXT NOT NULL CHECK (wanted IN ('loaded', 'unloaded')),"
                    + " PRIMARY KEY (model, version)) STRICT, WITHOUT ROWID",
            "CREATE TABLE served (model TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL,"
                    + " since INTEGER NOT NULL, PRIMARY KEY (model, position)) STRICT, WITHOUT ROWID",
            "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL,"
                    + " operation TEXT NOT NULL, model TEXT NOT NULL, detail TEXT NOT NULL) STRICT");

    private StateSchema() {}

    /**
     * Whether the file can be SQLite's at all: looked at before SQLite opens it, because that may write.
     *
     * @throws StateException if it cannot
     */
    static void requireDatabase(Path file) throws IOException {
        if (!isDatabase(file)) {
            throw damaged(file, "it is not a database");
        }
    }

    /** Whether the file is missing, empty, or begins as SQLite's do. */
    static boolean isDatabase(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /**
     * Makes the tables in an empty file, or accepts what is there.
     *
     * @throws StateException if the file must not be used
     */
    static void prepare(Connection connection, Path file) throws SQLException {
        long number = number(connection, "PRAGMA user_version");
        boolean empty = number(connection, "SELECT count(*) FROM sqlite_master") == 0;
        if (number == 0 && empty) {
            create(connection);
            return;
        }
        if (number(connection, "PRAGMA application_id") != APPLICATION) {
            throw new StateException(
                    StateException.Kind.UNREADABLE,
                    file + " is not Sluice's: it is a database of another program; state-dir must name another folder");
        }
        if (number > NUMBER) {
            throw new StateException(
                    StateException.Kind.UNREADABLE,
                    file + " is of schema " + number + ", and this version of Sluice reads up to " + NUMBER
                            + ": start the newer version, or name another folder by state-dir");
        }
        String check = text(connection, "PRAGMA quick_check(1)");
        if (!check.equals("ok")) {
            throw damaged(file, check);
        }
    }

    private static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.executeUpdate(table);
            }
            statement.executeUpdate("PRAGMA application_id = " + APPLICATION);
            statement.executeUpdate("PRAGMA user_version = " + NUMBER);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    static StateException damaged(Path file, String how) {
        return new StateException(
                StateException.Kind.UNREADABLE,
                file + " is damaged (" + how + "): restore it from a backup, or move it away to start without labels,"
                        + " unloads and history; nothing in it was changed");
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        }
    }
}
