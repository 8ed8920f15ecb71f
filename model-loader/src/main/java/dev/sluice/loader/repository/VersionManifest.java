package dev.sluice.loader.repository;

import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code manifest.json} in a version's folder says: which files the version is made of, and where it comes from.
 *
 * <p>It is written last, so a version that has one is complete. Its format has the schema number {@value #SCHEMA}.
 *
 * <p>Threading: immutable; reading blocks.
 *
 * @param key the version that it was published as
 * @param files every file of the version but the manifest itself; paths are distinct
 * @see "docs/publishing.md"
 */
public record VersionManifest(ModelKey key, List<ManifestEntry> files, Lineage lineage) {
    /** Its name in a version's folder. */
    public static final String FILE_NAME = "manifest.json";

    /** The number of its format. */
    public static final int SCHEMA = 1;

    /** Most files that a manifest may list. */
    public static final int FILES_MAX = 10_000;

    /** Most bytes of a manifest. */
    public static final int BYTES_MAX = 4 << 20;

    public VersionManifest {
        files = List.copyOf(files);
        if (files.isEmpty() || files.size() > FILES_MAX) {
            throw new IllegalArgumentException(
                    "files: must list between 1 and " + FILES_MAX + " files, got " + files.size());
        }
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            String path = files.get(i).path();
            Integer first = places.putIfAbsent(path, i);
            if (first != null) {
                throw new IllegalArgumentException("files[" + i + "].path: must be distinct, got "
                        + ManifestEntry.shown(path) + " as in files[" + first + "]");
            }
        }
    }

    /**
     * The manifest of a version.
     *
     * @param folder the version's folder
     * @return empty when nothing has its name
     * @throws ManifestException when it breaks a rule of the format, or is a link that leads nowhere
     * @throws IOException when it cannot be read
     */
    public static Optional<VersionManifest> readIfPresent(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        try {
            return Optional.of(ManifestFormat.read(file));
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) {
                throw new ManifestException(FILE_NAME + ": is a link to what is not there", e);
            }
            return Optional.empty();
        }
    }

    /** Whether a version's folder has a manifest, right or wrong; a link that leads nowhere does not say that all is there. */
    static boolean isPresent(Path folder) {
        return Files.exists(folder.resolve(FILE_NAME));
    }

    /** The text of the file. */
    public String toJson() {
        return ManifestFormat.write(this);
    }

    /** Bytes of all files that it lists. */
    public long sizeOfFiles() {
        return files.stream().mapToLong(ManifestEntry::size).sum();
    }
}
