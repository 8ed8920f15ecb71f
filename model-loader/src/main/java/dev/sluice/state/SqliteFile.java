package dev.sluice.state;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * A database file in the folder of the state that is not the state itself.
 *
 * <p>A file that is damaged at first sight, of a newer schema or another program's is refused, and nothing is changed in it.
 *
 * <p>Threading: stateless; blocks.
 */
public final class SqliteFile {
    private static final Duration BUSY_MAX = Duration.ofSeconds(5);

    private SqliteFile() {}

    /**
     * What a file must be.
     *
     * @param application number that tells whose file it is
     * @param number newest schema that is read
     * @param content what is lost without the file, for messages
     */
    public record Schema(int application, int number, String content) {}

    /** Makes the tables of an empty file. */
    public interface Tables {
        void create(Connection connection) throws SQLException;
    }

    /**
     * Opens the file, made for this user alone where it is missing. Commits survive the end of the process at any moment; those
     * of the last moments may be lost with the machine.
     *
     * @param scratch where SQLite's library may be written for as long as it is being loaded; empty = the folder for temporary
     *     files
     * @return the caller closes it; it commits by itself until it is told not to
     * @throws StateException if the file cannot be used or must not be touched
     */
    public static Connection open(Path file, Schema schema, Optional<Path> scratch, Tables tables) {
        if (file.toString().indexOf('?') >= 0) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "a folder for state must not have '?' in its path, got " + file);
        }
        Connection connection = null;
        try {
            create(file);
            if (!StateSchema.isDatabase(file)) {
                throw damaged(file, schema, "it is not a database");
            }
            SqliteLibrary.load(scratch);
            connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
            execute(connection, "PRAGMA busy_timeout = " + BUSY_MAX.toMillis());
            prepare(connection, file, schema, tables);
            execute(connection, "PRAGMA journal_mode = WAL");
            execute(connection, "PRAGMA synchronous = NORMAL");
            Connection opened = connection;
            connection = null;
            return opened;
        } catch (IOException e) {
            throw new StateException(StateException.Kind.UNAVAILABLE, file + " cannot be opened: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw failed(file, schema, e);
        } finally {
            StateDatabase.closeQuietly(connection);
        }
    }

    private static void create(Path file) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        try {
            if (posix) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (FileAlreadyExistsException e) {
            // As it should be, but the first time.
        }
    }

    private static void prepare(Connection connection, Path file, Schema schema, Tables tables) throws SQLException {
        long number = StateSchema.number(connection, "PRAGMA user_version");
        if (number == 0 && StateSchema.number(connection, "SELECT count(*) FROM sqlite_master") == 0) {
            connection.setAutoCommit(false);
            tables.create(connection);
            execute(connection, "PRAGMA application_id = " + schema.application());
            execute(connection, "PRAGMA user_version = " + schema.number());
            connection.commit();
            connection.setAutoCommit(true);
            return;
        }
        if (StateSchema.number(connection, "PRAGMA application_id") != schema.application()) {
            throw new StateException(
                    StateException.Kind.UNREADABLE,
                    file + " is a database of another program; state-dir must name another folder");
        }
        if (number > schema.number()) {
            throw new StateException(
                    StateException.Kind.UNREADABLE,
                    file + " is of schema " + number + ", and this version of Sluice reads up to " + schema.number()
                            + ": start the newer version, or name another folder by state-dir");
        }
    }

    /** What is to be said of a failure of the database. */
    public static StateException failed(Path file, Schema schema, SQLException e) {
        int code = e.getErrorCode() & 0xff;
        return code == 11 || code == 26
                ? damaged(file, schema, String.valueOf(e.getMessage()))
                : new StateException(StateException.Kind.UNAVAILABLE, file + " cannot be used: " + e.getMessage(), e);
    }

    private static StateException damaged(Path file, Schema schema, String how) {
        return new StateException(
                StateException.Kind.UNREADABLE,
                file + " is damaged (" + how + "): restore it from a backup, or move it away to start without "
                        + schema.content());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
