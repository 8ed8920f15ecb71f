package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What the writer of segments does to the file system.
 *
 * <p>Threading: blocking; one thread at a time.
 */
interface LogStorage {
    /** Makes a folder and those above it, which only the process's user may enter. */
    void createFolder(Path folder) throws IOException;

    /**
     * Makes a file that only the process's user may read, and locks it for as long as it is open.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one, or somebody else took it meanwhile
     */
    Output create(Path file) throws IOException;

    /** Opens and locks a file that {@link #create} has made before. */
    Output reopen(Path file) throws IOException;

    /** Renames within a folder, at once. */
    void rename(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /** Forces a folder's entries to the device. */
    void syncFolder(Path folder) throws IOException;

    /** A file that is written. */
    interface Output extends AutoCloseable {
        /** Writes all of the bytes from an offset of the file on. */
        void write(ByteBuffer bytes, long at) throws IOException;

        void truncate(long size) throws IOException;

        long size() throws IOException;

        /** Forces all that was written to the device. */
        void force() throws IOException;

        /** Whether this file is what is found at the path. */
        boolean isAt(Path path);

        /** Gives up the lock and the file. */
        @Override
        void close() throws IOException;
    }
}
