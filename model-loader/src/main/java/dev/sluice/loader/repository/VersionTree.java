package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The files that one version is made of, as they lie now.
 *
 * <p>Hidden files and folders are not part of a version, nor are an editor's backups ({@code notes~}, {@code #notes#}) and the
 * configuration of a model ({@code model.yaml}, {@code config.pbtxt}), which lies beside a model without version folders.
 *
 * <p>Bound: {@value #FILES_MAX} files and {@value #DEPTH_MAX} levels of folders; {@code truncated} where there is more.
 *
 * <p>Threading: immutable; {@link #of} blocks on the file system.
 *
 * @param folder the version's folder
 * @param files by path; folders are not among them
 * @param folders {@code folder} and those in it
 * @param unreadable paths, as those of files, that this process may not look at; what is below them is not known
 * @param truncated whether there is more than is looked at
 */
public record VersionTree(
        Path folder, List<FoundFile> files, List<Path> folders, List<String> unreadable, boolean truncated) {
    /** Most files that are looked at: those that a manifest may list, and itself. */
    public static final int FILES_MAX = VersionManifest.FILES_MAX + 1;

    private static final int DEPTH_MAX = 16;

    /**
     * One file.
     *
     * @param path relative to the version's folder, segments divided by {@code /}
     * @param regular whether it is a file itself: no link to one, no pipe, no device
     * @param size in bytes, of what a link leads to
     * @param modifiedNanos when its bytes were changed, in nanoseconds since 1970
     * @param fileKey what the file system tells files apart by; null where it has none
     */
    public record FoundFile(
            String path,
            Path file,
            boolean regular,
            long size,
            long modifiedNanos,
            @Nullable Object fileKey) {}

    public VersionTree {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Whether a file may be part of a version.
     *
     * @param file relative to the version's folder, without {@code .} and {@code ..}
     */
    public static boolean includes(Path file) {
        for (Path name : file) {
            if (isIgnored(name.toString())) {
                return false;
            }
        }
        return file.getNameCount() > 1 || !isConfiguration(file.toString());
    }

    /** Whether a file or folder of this name is never part of a version. */
    static boolean isIgnored(String name) {
        return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
    }

    static boolean isConfiguration(String name) {
        return name.equals(ModelFolder.MODEL_YAML) || name.equals(ModelFolder.CONFIG_PBTXT);
    }

    /**
     * Looks at a version's folder. What vanishes meanwhile was not there.
     *
     * @throws IOException if the folder itself, or for another reason than a lack of permission anything in it, cannot be read
     */
    public static VersionTree of(Path folder) throws IOException {
        Walk walk = new Walk();
        walk.folder(folder, "", 0);
        walk.files.sort(Comparator.comparing(FoundFile::path));
        walk.unreadable.sort(null);
        return new VersionTree(folder, walk.files, walk.folders, walk.unreadable, walk.truncated);
    }

    /**
     * A number that changes when a file is added, removed or changed, and when something can be looked at or cannot any more.
     *
     * @param withFileKeys whether files are also told apart by the file system's own keys, which some change at will
     */
    long stamp(boolean withFileKeys) {
        MessageDigest digest = FileDigest.newSha256();
        for (FoundFile file : files) {
            String key = withFileKeys ? String.valueOf(file.fileKey()) : "";
            String line = file.path() + '\0' + file.size() + '\0' + file.modifiedNanos() + '\0' + key + '\n';
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        for (String path : unreadable) {
            digest.update((path + "\0unreadable\n").getBytes(StandardCharsets.UTF_8));
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** When the bytes of a file, or of what a link leads to, were changed. */
    static long modifiedNanos(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    /**
     * The last time anything in it changed. A file's time of change can be copied with it, so where the file system also keeps a
     * time that cannot, that one counts; a folder's would also change when it is given its final name.
     */
    Instant lastChange() throws IOException {
        FileTime last = FileTime.fromMillis(0);
        for (FoundFile file : files) {
            last = later(last, file.file(), "lastModifiedTime");
            last = later(last, file.file(), "unix:ctime");
        }
        for (Path each : folders) {
            last = later(last, each, "lastModifiedTime");
        }
        return last.toInstant();
    }

    private static FileTime later(FileTime last, Path path, String attribute) throws IOException {
        try {
            Object value = Files.getAttribute(path, attribute);
            return value instanceof FileTime time && time.compareTo(last) > 0 ? time : last;
        } catch (UnsupportedOperationException | IllegalArgumentException | FileSystemException e) {
            return last; // no such time, no such file any more, or a link that leads nowhere
        }
    }

    /** One look at a folder and all below it. */
    private static final class Walk {
        private final List<FoundFile> files = new ArrayList<>();
        private final List<Path> folders = new ArrayList<>();
        private final List<String> unreadable = new ArrayList<>();
        private boolean truncated;

        /**
         * @param prefix the folder's path with a slash; empty for the version's own
         */
        private void folder(Path folder, String prefix, int depth) throws IOException {
            folders.add(folder);
            try {
                list(folder, prefix, depth);
            } catch (NoSuchFileException | NotDirectoryException e) {
                if (depth == 0) {
                    throw e;
                }
            } catch (AccessDeniedException e) {
                if (depth == 0) {
                    throw e;
                }
                unreadable.add(prefix.substring(0, prefix.length() - 1));
            }
        }

        private void list(Path folder, String prefix, int depth) throws IOException {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    String name = String.valueOf(entry.getFileName());
                    if (isIgnored(name) || (depth == 0 && isConfiguration(name))) {
                        continue;
                    }
                    if (files.size() + folders.size() + unreadable.size() >= FILES_MAX) {
                        truncated = true;
                        return;
                    }
                    entry(entry, prefix + name, depth);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }

        private void entry(Path entry, String path, int depth) throws IOException {
            BasicFileAttributes own;
            BasicFileAttributes target;
            try {
                own = Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                target = own.isSymbolicLink() ? followed(entry, own) : own;
            } catch (NoSuchFileException e) {
                return;
            } catch (AccessDeniedException e) {
                unreadable.add(path);
                return;
            }
            if (!target.isDirectory()) {
                long modified = target.lastModifiedTime().to(TimeUnit.NANOSECONDS);
                files.add(new FoundFile(path, entry, own.isRegularFile(), target.size(), modified, target.fileKey()));
            } else if (depth + 1 < DEPTH_MAX) {
                folder(entry, path + "/", depth + 1);
            } else {
                truncated = true;
            }
        }

        private static BasicFileAttributes followed(Path link, BasicFileAttributes own) throws IOException {
            try {
                BasicFileAttributes target = Files.readAttributes(link, BasicFileAttributes.class);
                return target.isDirectory() ? own : target; // what a link to a folder holds is not looked at
            } catch (FileSystemException e) {
                return own; // it leads nowhere, or in circles
            }
        }
    }
}
