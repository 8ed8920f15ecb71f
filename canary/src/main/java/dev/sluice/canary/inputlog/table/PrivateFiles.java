package dev.sluice.canary.inputlog.table;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files that hold what clients sent: nobody but their owner reads them.
 *
 * <p>Threading: stateless.
 */
public final class PrivateFiles {
    private PrivateFiles() {}

    /**
     * Makes an empty file with mode 0600, where the file system has modes.
     *
     * @throws IOException if it exists or cannot be made
     */
    public static Path create(Path path) throws IOException {
        boolean modes = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return modes
                ? Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.createFile(path);
    }
}
