package dev.sluice.loader.repository;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Makes a version appear whole or not at all.
 *
 * <p>Files are copied to a hidden folder inside the model's, hashed on the way and forced to the disk; the manifest comes last;
 * then the version is checked; then one rename gives it its number. Whoever looks sees no version or all of it, also after this
 * process or the machine died at any moment: what is left then is a hidden folder, which the next publication of that model
 * removes.
 *
 * <p>One at a time publishes to a model ({@link PublishLock}). A version that is there is never replaced.
 *
 * <p>Threading: thread-safe; {@link #publish} blocks on the file system.
 *
 * @see "docs/publishing.md"
 */
public final class Publisher {
    private static final String STAGING = ".staging-";
    private static final Duration WAIT_MAX = Duration.ofMinutes(10);
    private static final int NAME_LENGTH_MAX = 200;
    private static final long VERSION_MAX = 999_999_999_999_999_999L;

    private final InstantSource wall;

    /**
     * @param wall says when a version was created, where its lineage does not
     */
    public Publisher(InstantSource wall) {
        this.wall = wall;
    }

    /**
     * Publishes a version; nothing of it is left when that fails.
     *
     * @param check has the last word
     * @throws PublishException when a rule forbids it, for example because the version exists
     * @throws ModelLoadException what {@code check} said
     * @throws IOException when files cannot be read or written
     */
    public Published publish(Publication what, StagedCheck check, PublishListener listener)
            throws PublishException, ModelLoadException, IOException, InterruptedException {
        requireName(what.model());
        requireFolder("the repository folder", what.repository());
        requireFolder("the folder to publish", what.from());
        Path modelFolder = what.repository().resolve(what.model());
        boolean isNew = !Files.isDirectory(modelFolder);
        Files.createDirectories(modelFolder);
        try (PublishLock lock = PublishLock.acquire(modelFolder, WAIT_MAX, listener::waiting)) {
            removeLeftovers(lock.modelFolder(), listener);
            ModelKey key = new ModelKey(what.model(), version(what, modelFolder));
            Path target = modelFolder.resolve(Long.toString(key.version()));
            String random = Integer.toHexString(ThreadLocalRandom.current().nextInt());
            Path staging = Files.createDirectory(modelFolder.resolve(STAGING + key.version() + "-" + random));
            try {
                VersionManifest manifest = stage(what, key, staging, listener);
                check.check(key, staging);
                requireAbsent(key, target);
                Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
                StagedCopy.force(modelFolder);
                if (isNew) {
                    StagedCopy.force(what.repository());
                }
                return new Published(target, manifest, leftOut(what.from()));
            } finally {
                StagedCopy.remove(staging);
            }
        }
    }

    private VersionManifest stage(Publication what, ModelKey key, Path staging, PublishListener listener)
            throws IOException, PublishException {
        VersionTree tree = VersionTree.of(what.from());
        if (tree.truncated()) {
            throw new PublishException(what.from() + " holds more than " + VersionManifest.FILES_MAX
                    + " files, or too many levels of folders");
        }
        if (!tree.unreadable().isEmpty()) {
            throw new PublishException(
                    what.from().resolve(tree.unreadable().get(0)) + " cannot be read: access denied");
        }
        List<VersionTree.FoundFile> files = tree.files().stream()
                .filter(file -> !file.path().equals(VersionManifest.FILE_NAME))
                .toList();
        if (files.isEmpty()) {
            throw new PublishException(what.from() + " holds no files");
        }
        List<ManifestEntry> entries = StagedCopy.copy(files, staging, listener);
        String now = wall.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        VersionManifest manifest =
                new VersionManifest(key, entries, what.lineage().withCreated(now));
        StagedCopy.write(staging.resolve(VersionManifest.FILE_NAME), manifest.toJson());
        StagedCopy.force(staging);
        return manifest;
    }

    /** Names at the top of the source that are never part of a version. */
    private static List<String> leftOut(Path from) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (VersionTree.isIgnored(name)
                        || VersionTree.isConfiguration(name)
                        || name.equals(VersionManifest.FILE_NAME)) {
                    names.add(name);
                }
            }
        }
        names.sort(null);
        return names;
    }

    private static long version(Publication what, Path modelFolder) throws IOException, PublishException {
        List<Path> numbered = VersionFolders.numbered(modelFolder);
        if (numbered.isEmpty() && !VersionFolders.onnxFiles(modelFolder).isEmpty()) {
            throw new PublishException(modelFolder
                    + " is a model without versions, which counts as version 1: move its files to "
                    + modelFolder.resolve("1") + " first");
        }
        if (what.version().isPresent()) {
            long version = what.version().getAsLong();
            if (version < 1 || version > VERSION_MAX) {
                throw new PublishException("version must be between 1 and " + VERSION_MAX + ", got " + version);
            }
            requireAbsent(new ModelKey(what.model(), version), modelFolder.resolve(Long.toString(version)));
            return version;
        }
        long highest = numbered.stream()
                .mapToLong(folder -> Long.parseLong(String.valueOf(folder.getFileName())))
                .max()
                .orElse(0);
        if (highest == VERSION_MAX) {
            throw new PublishException("there is no version above " + highest);
        }
        return highest + 1;
    }

    private static void requireAbsent(ModelKey key, Path target) throws PublishException {
        if (Files.exists(target)) {
            throw new PublishException(
                    key + " exists (" + target + "), and versions never change: publish another one");
        }
    }

    private static void requireName(String model) throws PublishException {
        boolean ok = !model.isEmpty()
                && model.length() <= NAME_LENGTH_MAX
                && !VersionTree.isIgnored(model)
                && model.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
        if (!ok) {
            throw new PublishException("the model's name must be that of a folder that is not hidden, at most "
                    + NAME_LENGTH_MAX + " characters, got " + ManifestEntry.shown(model));
        }
    }

    private static void requireFolder(String what, Path folder) throws PublishException {
        if (!Files.isDirectory(folder)) {
            throw new PublishException(
                    what + " " + folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        }
    }

    /** While the lock is held, nobody works on any of them. */
    private static void removeLeftovers(Path modelFolder, PublishListener listener) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(modelFolder)) {
            leftovers = entries.filter(
                            entry -> String.valueOf(entry.getFileName()).startsWith(STAGING))
                    .toList();
        }
        for (Path leftover : leftovers) {
            StagedCopy.remove(leftover);
            listener.removed(leftover);
        }
    }
}
