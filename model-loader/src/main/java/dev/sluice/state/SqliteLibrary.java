package dev.sluice.state;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's native library, loaded without leaving a file behind.
 *
 * <p>Left to itself the driver unpacks it into the folder for temporary files, and leaves it there when the process is killed.
 * Here it is unpacked into a folder of its own, which is removed as soon as the library is loaded. Where the operator has it
 * unpacked already ({@code org.sqlite.lib.path}), nothing is.
 *
 * <p>Threading: call {@link #load} before any other class of the driver is used; later calls do nothing.
 */
final class SqliteLibrary {
    private static final String GIVEN = "org.sqlite.lib.path";
    private static final String TEMPORARY = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /**
     * Loads it.
     *
     * @param scratch where a library may be written for as long as it is being loaded; empty = the folder for temporary files
     * @throws StateException if it cannot be had
     */
    static synchronized void load(Optional<Path> scratch) {
        if (System.getProperty(GIVEN) != null || System.getProperty(TEMPORARY) != null) {
            initialize();
            return;
        }
        Path own;
        try {
            own = Files.createTempDirectory(
                    scratch.orElse(Path.of(System.getProperty("java.io.tmpdir"))), "sluice-sqlite-");
        } catch (IOException e) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "SQLite's library cannot be unpacked: " + e.getMessage(), e);
        }
        System.setProperty(TEMPORARY, own.toString());
        try {
            initialize();
        } finally {
            System.clearProperty(TEMPORARY);
            remove(own);
        }
    }

    private static void initialize() {
        try {
            if (SQLiteJDBCLoader.initialize()) {
                return;
            }
        } catch (Exception | LinkageError e) {
            throw new StateException(
                    StateException.Kind.UNAVAILABLE, "SQLite's library cannot be loaded: " + e.getMessage(), e);
        }
        throw new StateException(StateException.Kind.UNAVAILABLE, "SQLite's library cannot be loaded");
    }

    private static void remove(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Where a loaded file cannot be removed, it is left to whoever cleans the folder above.
        }
    }
}
