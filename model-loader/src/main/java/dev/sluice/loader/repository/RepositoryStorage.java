package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * What kind of file system a folder lies on.
 *
 * <p>Threading: immutable; {@link #of} blocks on the file system.
 *
 * @param type as the operating system calls it
 * @param local whether this machine's kernel sees every change, and its clock and file keys are this machine's
 */
record RepositoryStorage(String type, boolean local) {
    private static final Set<String> REMOTE = Set.of(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "davfs",
            "drvfs",
            "fuse",
            "fuseblk",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "ocfs2",
            "prl_fs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "vboxsf",
            "virtiofs",
            "vmhgfs");

    /** Where a folder lies; not local when that cannot be told. */
    static RepositoryStorage of(Path folder) {
        try {
            return ofType(Files.getFileStore(folder).type());
        } catch (IOException e) {
            return new RepositoryStorage("unknown", false);
        }
    }

    static RepositoryStorage ofType(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return new RepositoryStorage(type, !REMOTE.contains(name) && !name.startsWith("fuse."));
    }
}
