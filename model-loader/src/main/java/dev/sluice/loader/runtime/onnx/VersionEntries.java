package dev.sluice.loader.runtime.onnx;

import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every file, folder and link of one version, looked at without opening any file.
 *
 * <p>Threading: confined to one thread; blocking.
 */
final class VersionEntries {
    private static final Pattern VERSION_NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final String UNIX = "unix";
    /** What the JDK adds to the system's text when links form a loop. */
    private static final String LOOP = "unable to access attributes of symbolic link";

    private final String step;
    private final SafetyLimits limits;
    private final Path root;
    /** A flat model's folder may hold more than the model. */
    private final boolean flat;

    private final boolean countsLinks;
    private final Set<Path> seen = new HashSet<>();
    private final Deque<Path> folders = new ArrayDeque<>();
    private final Map<Object, LinkCount> links = new HashMap<>();
    private int entries;
    private int files;
    private long totalBytes;

    /** How many names a file has in the version, and everywhere. */
    private record LinkCount(Path first, int inside, int everywhere) {}

    private VersionEntries(String step, SafetyLimits limits, Path root, boolean flat) {
        this.step = step;
        this.limits = limits;
        this.root = root;
        this.flat = flat;
        this.countsLinks = root.getFileSystem().supportedFileAttributeViews().contains(UNIX);
    }

    /**
     * Looks at all of them.
     *
     * @param step that a refusal names
     * @throws ModelLoadException for the first entry that a version may not have
     */
    static VersionEntries of(VersionFiles version, String step, SafetyLimits limits) throws ModelLoadException {
        Path folder = version.folder();
        boolean flat = !String.valueOf(folder.getFileName())
                .equals(Long.toString(version.key().version()));
        Path root;
        try {
            root = folder.toRealPath(); // it may be reached through links, as mounted volumes are
        } catch (IOException e) {
            throw new ModelLoadException(step, "the folder " + Shown.quoted(folder) + " cannot be found", e);
        }
        VersionEntries found = new VersionEntries(step, limits, root, flat);
        found.folders.add(root);
        found.walk();
        found.requireOwnLinks();
        return found;
    }

    int files() {
        return files;
    }

    long totalBytes() {
        return totalBytes;
    }

    /** Looks at one more file of the version's folder, in case it lies where nobody looked. */
    void include(Path file) throws ModelLoadException {
        Path real = real(file);
        if (!real.startsWith(root)) {
            throw refused(file, "leads out of the version's folder");
        }
        visit(real);
        walk();
        requireOwnLinks();
    }

    private void walk() throws ModelLoadException {
        for (Path folder = folders.poll(); folder != null; folder = folders.poll()) {
            int depth = folder.getNameCount() - root.getNameCount();
            if (depth > limits.folderDepthMax()) {
                throw refused(folder, "is more than " + limits.folderDepthMax() + " folders deep");
            }
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
                for (Path child : children) {
                    visit(child);
                }
            } catch (DirectoryIteratorException | IOException e) {
                throw unreadable(folder, e);
            }
        }
    }

    private void visit(Path entry) throws ModelLoadException {
        if (!seen.add(entry)) {
            return;
        }
        if (++entries > limits.entriesMax()) {
            throw new ModelLoadException(
                    step, "the version's folder has more than " + limits.entriesMax() + " entries");
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw unreadable(entry, e);
        }
        if (attributes.isSymbolicLink()) {
            visitLink(entry);
        } else if (attributes.isDirectory()) {
            if (!isSomethingElse(entry)) {
                folders.add(entry);
            }
        } else if (attributes.isRegularFile()) {
            visitFile(entry, attributes);
        } else {
            throw refused(entry, "is neither a file, nor a folder, nor a link: " + special(entry));
        }
    }

    /** True for a folder in a flat model's folder that is not part of the model. */
    private boolean isSomethingElse(Path folder) {
        String name = String.valueOf(folder.getFileName());
        return flat
                && root.equals(folder.getParent())
                && (name.startsWith(".") || VERSION_NUMBER.matcher(name).matches());
    }

    private void visitLink(Path link) throws ModelLoadException {
        Path target = real(link);
        if (!target.startsWith(root)) {
            throw refused(link, "is a link out of the version's folder, to " + Shown.quoted(text(link)));
        }
        visit(target);
    }

    private void visitFile(Path file, BasicFileAttributes attributes) throws ModelLoadException {
        if (attributes.size() > limits.fileBytesMax()) {
            throw refused(
                    file, "has " + attributes.size() + " bytes, a file may have at most " + limits.fileBytesMax());
        }
        files++;
        totalBytes += attributes.size();
        if (totalBytes > limits.totalBytesMax()) {
            throw new ModelLoadException(
                    step, "the version's files take more than " + limits.totalBytesMax() + " bytes together");
        }
        requireReadable(file);
        Object key = attributes.fileKey();
        if (countsLinks && key != null) {
            int everywhere = linkCount(file);
            links.merge(
                    key,
                    new LinkCount(file, 1, everywhere),
                    (known, more) -> new LinkCount(known.first, known.inside + 1, everywhere));
        }
    }

    private void requireReadable(Path file) throws ModelLoadException {
        try {
            file.getFileSystem().provider().checkAccess(file, AccessMode.READ);
        } catch (AccessDeniedException e) {
            throw refused(file, "cannot be read: this process may not open it");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private int linkCount(Path file) throws ModelLoadException {
        try {
            return (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private void requireOwnLinks() throws ModelLoadException {
        for (LinkCount count : links.values()) {
            if (count.everywhere > count.inside) {
                throw refused(
                        count.first,
                        "is a hard link: of the file's " + count.everywhere + " names only " + count.inside
                                + " lie in the version's folder");
            }
        }
    }

    private Path real(Path entry) throws ModelLoadException {
        try {
            return entry.toRealPath();
        } catch (NoSuchFileException e) {
            throw refused(entry, "is a link to what is not there, " + Shown.quoted(text(entry)));
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(LOOP)) {
                throw refused(entry, "is a link that leads back to itself");
            }
            throw unreadable(entry, e);
        }
    }

    private static String text(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "?";
        }
    }

    /** What a special file is, by the type in its mode. */
    private String special(Path entry) throws ModelLoadException {
        if (!countsLinks) {
            return "a special file";
        }
        try {
            int mode = (Integer) Files.getAttribute(entry, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return switch (mode & 0170000) {
                case 0010000 -> "a named pipe";
                case 0140000 -> "a socket";
                case 0020000, 0060000 -> "a device";
                default -> "a special file";
            };
        } catch (IOException e) {
            throw unreadable(entry, e);
        }
    }

    private ModelLoadException unreadable(Path entry, Exception e) {
        String why = e instanceof AccessDeniedException || e.getCause() instanceof AccessDeniedException
                ? "this process may not look at it"
                : "it cannot be looked at";
        return new ModelLoadException(step, shown(entry) + " cannot be read: " + why, e);
    }

    private ModelLoadException refused(Path entry, String what) {
        return new ModelLoadException(step, shown(entry) + " " + what);
    }

    /** Relative to the version's folder. */
    private String shown(Path entry) {
        return entry.startsWith(root) && !entry.equals(root)
                ? Shown.quoted(root.relativize(entry).toString())
                : Shown.quoted(entry);
    }
}
