package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that keeps unpacked native libraries between starts, and what is left behind nowhere else.
 *
 * <p>That is the folder the operator says, else {@code $XDG_CACHE_HOME/sluice/native} or {@code ~/.cache/sluice/native},
 * made for this user alone, else a temporary folder that goes when this process ends. What processes leave that were killed
 * half-way, the next start removes once it is an hour old.
 *
 * <p>Bound: a folder of each kind of libraries (the runtime's about 30 MB, the tokenizers' 15 MB) for each release that ran
 * here; of those, the three newest are kept.
 *
 * <p>Threading: confined to the starting thread.
 */
public final class NativeCache implements AutoCloseable {
    private static final String OWN = "sluice";
    private static final String NATIVE = "native";

    static final String UNFINISHED = ".unpacking-";
    static final String DAMAGED = ".damaged-";

    private static final String SCRATCH = "scratch";
    /** The folder into which the state database unpacks SQLite's library. */
    private static final String SQLITE_FOLDER = "sluice-sqlite-";
    /** With what the HTTP engine's loader writes there: {@code libnetty_...so}, {@code netty_...dll}. */
    private static final String[] SCRATCH_LIBRARIES = {"libnetty", "netty", SQLITE_FOLDER};

    private static final int LIBRARIES_KEPT = 3;
    /** What the runtime's own loader makes at every start, empty, and what a killed process leaves of it. */
    private static final String RUNTIME_FOLDER = "onnxruntime-java";

    private static final String TEMPORARY = "sluice-native-";
    private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

    private final Path folder;
    private final boolean kept;

    private NativeCache(Path folder, boolean kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /** The folder that the operator says; trusted whoever else may write there. */
    public static NativeCache in(Path folder, Instant now) {
        Instant abandoned = now.minus(ABANDONED_AFTER);
        sweep(folder, abandoned, UNFINISHED, DAMAGED);
        sweep(folder.resolve(SCRATCH), abandoned, SCRATCH_LIBRARIES);
        return new NativeCache(folder, true);
    }

    /**
     * The user's own folder, or a temporary one where that cannot be had.
     *
     * @param environment values of environment variables, null for those that are not set
     * @param home the user's folder, which need not be there
     * @throws IOException if there is no temporary folder either
     */
    public static NativeCache ofUser(
            Function<String, @Nullable String> environment, String home, Path temporaryFolder, Instant now)
            throws IOException {
        sweepTemporary(temporaryFolder, now.minus(ABANDONED_AFTER));
        String cache = environment.apply("XDG_CACHE_HOME");
        // The specification says to ignore relative paths.
        Path parent = cache != null && Path.of(cache).isAbsolute() ? Path.of(cache) : Path.of(home, ".cache");
        if (parent.isAbsolute() && makeForThisUserAlone(parent, temporaryFolder)) { // a JVM without a home says "?"
            return in(parent.resolve(OWN).resolve(NATIVE), now);
        }
        return temporary(temporaryFolder);
    }

    /** A folder for this process alone, which goes with {@link #close}. */
    public static NativeCache temporary(Path temporaryFolder) throws IOException {
        String prefix = TEMPORARY + ProcessHandle.current().pid() + "-";
        return new NativeCache(Files.createTempDirectory(temporaryFolder, prefix), false);
    }

    /** Where the libraries are to lie. */
    public Path folder() {
        return folder;
    }

    /**
     * Where other loaders may write a library for as long as they load it. It is there: two that make it at once would hinder
     * each other.
     *
     * @return empty if it cannot be made, for example because the disk is full
     */
    public Optional<Path> scratch() {
        Path scratch = folder.resolve(SCRATCH);
        try {
            return Optional.of(Files.createDirectories(scratch)).filter(Files::isWritable);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the next start finds the libraries again. */
    public boolean isKept() {
        return kept;
    }

    /** Removes a temporary folder: what was in it is loaded, and is not needed any more. */
    @Override
    public void close() {
        if (!kept) {
            delete(folder);
        }
    }

    private static boolean makeForThisUserAlone(Path parent, Path temporaryFolder) {
        try {
            Ownership ownership = Ownership.ofProcess(temporaryFolder);
            Path own = parent.resolve(OWN);
            Path natives = own.resolve(NATIVE);
            Files.createDirectories(natives, forThisUserAlone());
            return ownership.isOnlyOurs(own) && ownership.isOnlyOurs(natives) && Files.isWritable(natives);
        } catch (IOException e) {
            return false; // read-only, or no home at all: a temporary folder does
        }
    }

    private static FileAttribute<?>[] forThisUserAlone() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Removes what begins with one of the prefixes and was last touched before {@code abandoned}. */
    private static void sweep(Path parent, Instant abandoned, String... prefixes) {
        for (Path entry : entries(parent, prefixes)) {
            if (modified(entry).isBefore(abandoned)) {
                delete(entry);
            }
        }
    }

    /** The same in a folder of all users, where only what is this user's may be touched, and only once its process ended. */
    private static void sweepTemporary(Path parent, Instant abandoned) throws IOException {
        List<Path> entries = entries(parent, TEMPORARY, RUNTIME_FOLDER, SQLITE_FOLDER);
        if (entries.isEmpty()) {
            return;
        }
        Ownership ownership = Ownership.ofProcess(parent);
        for (Path entry : entries) {
            if (!modified(entry).isBefore(abandoned) || !isOnlyOurs(ownership, entry)) {
                continue;
            }
            String name = entry.getFileName().toString();
            if (name.startsWith(RUNTIME_FOLDER)) {
                entry.toFile().delete(); // only if it is empty: it may be another program's
            } else if (name.startsWith(SQLITE_FOLDER) || !belongsToRunningProcess(entry)) {
                delete(entry); // nobody takes an hour to load SQLite's library
            }
        }
    }

    /** False also for what has gone since it was listed. */
    private static boolean isOnlyOurs(Ownership ownership, Path entry) {
        try {
            return ownership.isOnlyOurs(entry);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean belongsToRunningProcess(Path entry) {
        String name = entry.getFileName().toString().substring(TEMPORARY.length());
        try {
            long pid = Long.parseLong(name.substring(0, Math.max(0, name.indexOf('-'))));
            // A container's processes have the same numbers at every start; this one has made nothing yet.
            return pid != ProcessHandle.current().pid()
                    && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * Keeps the newest folders of libraries; those of a running process may go too, as it has loaded them.
     *
     * @param prefix what the names of the folders of one kind begin with
     */
    static void dropOldLibraries(Path parent, Path current, String prefix) {
        List<Path> folders = entries(parent, prefix);
        folders.remove(current);
        folders.sort((a, b) -> modified(b).compareTo(modified(a)));
        for (int i = LIBRARIES_KEPT - 1; i < folders.size(); i++) {
            delete(folders.get(i));
        }
    }

    private static Instant modified(Path path) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) {
            return Instant.MIN;
        }
    }

    private static List<Path> entries(Path parent, String... prefixes) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            for (Path entry : stream) {
                String name = entry.getFileName().toString();
                if (Arrays.stream(prefixes).anyMatch(name::startsWith)) {
                    entries.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Not there, or not readable: nothing of ours in it.
        }
        return entries;
    }

    /** Removes a folder as far as this user may; what stays is tried again by a later start. */
    static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = new ArrayList<>(walk.toList());
            for (int i = files.size() - 1; i >= 0; i--) {
                Files.deleteIfExists(files.get(i));
            }
        } catch (IOException | UncheckedIOException e) {
            // As far as it goes: another process may be removing the same, which the walk says with the second.
        }
    }
}
