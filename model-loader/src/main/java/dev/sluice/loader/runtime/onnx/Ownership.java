package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Who else could have put a file there: code that is loaded from a file is as trustworthy as everybody who may write it.
 *
 * <p>Trusted are this process's own user and root. Where the file system knows no owners, everything counts as trusted.
 *
 * <p>Threading: immutable.
 */
final class Ownership {
    private static final int OTHERS_MAY_WRITE = 0b000_010_010;
    private static final int ROOT = 0;

    private final int user;

    private Ownership(int user) {
        this.user = user;
    }

    /**
     * Learns the user of this process.
     *
     * @param own a file or folder that this process has just made
     */
    static Ownership by(Path own) throws IOException {
        return new Ownership(knowsOwners() ? (Integer) Files.getAttribute(own, "unix:uid") : ROOT);
    }

    /** Learns the user of this process from the system, or from a file made in {@code temporary}. */
    static Ownership ofProcess(Path temporary) throws IOException {
        Path process = Path.of("/proc/self");
        if (knowsOwners() && Files.isDirectory(process)) {
            return by(process);
        }
        Path probe = Files.createTempFile(temporary, "sluice-owner", "");
        try {
            return by(probe);
        } finally {
            Files.delete(probe);
        }
    }

    /** Whether nobody but this user and root may change {@code path}; a symbolic link is not followed and not trusted. */
    boolean isOnlyOurs(Path path) throws IOException {
        return isOurs(path) && (!knowsOwners() || (mode(path) & OTHERS_MAY_WRITE) == 0);
    }

    /** Whether {@code path} is there and belongs to this user or to root. */
    boolean isOurs(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path)) {
            return false;
        }
        if (!knowsOwners()) {
            return true;
        }
        int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner == user || owner == ROOT;
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean knowsOwners() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    }
}
