package dev.sluice.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * The state file and the lock that keeps other processes from it.
 *
 * <p>What {@link #write} has returned from survives the end of the process at any moment, and of the machine: the journal is
 * written ahead and synchronised at every commit.
 *
 * <p>Threading: one thread at a time; blocks.
 */
final class StateDatabase implements AutoCloseable {
    static final String FILE = "state.db";
    private static final String LOCK = "state.lock";
    private static final Duration BUSY_MAX = Duration.ofSeconds(5);

    private final Path file;
    private final FileChannel lockFile;
    private final Connection connection;

    private StateDatabase(Path file, FileChannel lockFile, Connection connection) {
        this.file = file;
        this.lockFile = lockFile;
        this.connection = connection;
    }

    /**
     * Opens the file of a folder, both made where they are missing.
     *
     * @param scratch where SQLite's library may be written for as long as it is being loaded
     * @throws StateException if it cannot be used
     */
    static StateDatabase open(Path folder, Optional<Path> scratch) {
        Path file = folder.resolve(FILE);
        if (file.toString().indexOf('?') >= 0) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "a folder for state must not have '?' in its path, got " + folder);
        }
        FileChannel lockFile = null;
        try {
            Files.createDirectories(folder, forThisUserAlone());
            lockFile = lock(folder);
            StateSchema.requireDatabase(file);
            SqliteLibrary.load(scratch);
            StateDatabase opened = new StateDatabase(file, lockFile, connect(file));
            lockFile = null;
            return opened;
        } catch (IOException e) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "the folder " + folder + " cannot be used: " + reason(e), e);
        } finally {
            closeQuietly(lockFile);
        }
    }

    private static FileAttribute<?>[] forThisUserAlone() {
        return java.nio.file.FileSystems.getDefault()
                        .supportedFileAttributeViews()
                        .contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another store of this very process has it.
        }
        if (lock == null) {
            channel.close();
            throw new StateException(
                    StateException.Kind.IN_USE, "the folder " + folder + " is in use by another server");
        }
        return channel;
    }

    private static Connection connect(Path file) {
        Connection connection = null;
        try {
            connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
            execute(connection, "PRAGMA busy_timeout = " + BUSY_MAX.toMillis());
            execute(connection, "PRAGMA synchronous = FULL");
            StateSchema.prepare(connection, file);
            execute(connection, "PRAGMA journal_mode = WAL");
            return connection;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw failed(file, "opened", e);
        } catch (StateException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private static void execute(Connection connection, String pragma) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(pragma);
        }
    }

    /** Everything that is known, by model. */
    Map<String, SavedModel> read() {
        try {
            return StateTables.models(connection);
        } catch (SQLException | IllegalArgumentException e) {
            throw failed(file, "read", e);
        }
    }

    /** The newest entries, newest first. */
    List<AuditEntry> audit(int max) {
        try {
            return StateTables.audit(connection, max);
        } catch (SQLException e) {
            throw failed(file, "read", e);
        }
    }

    /** Writes these models anew and the entry, all or nothing. */
    void write(Collection<SavedModel> models, @Nullable AuditEntry entry) {
        try {
            connection.setAutoCommit(false);
            try {
                for (SavedModel model : models) {
                    StateTables.replace(connection, model);
                }
                if (entry != null) {
                    StateTables.append(connection, entry);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failed(file, "written", e);
        }
    }

    /** SQLite says 11 where a page is damaged and 26 where the file is no database. */
    private static StateException failed(Path file, String what, Exception e) {
        int code = e instanceof SQLException sql ? sql.getErrorCode() & 0xff : 11;
        return code == 11 || code == 26
                ? StateSchema.damaged(file, reason(e))
                : new StateException(
                        StateException.Kind.UNAVAILABLE, file + " cannot be " + what + ": " + reason(e), e);
    }

    private static String reason(Exception e) {
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        closeQuietly(connection);
        closeQuietly(lockFile);
    }

    static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // Everything that matters was written before.
        }
    }
}
