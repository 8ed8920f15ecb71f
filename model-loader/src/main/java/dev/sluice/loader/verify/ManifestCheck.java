package dev.sluice.loader.verify;

import dev.sluice.loader.repository.FileDigest;
import dev.sluice.loader.repository.ManifestEntry;
import dev.sluice.loader.repository.ManifestException;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.repository.VersionManifest;
import dev.sluice.loader.repository.VersionTree;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The step {@code checksum}: the version is made of exactly the files that its manifest lists, byte for byte.
 *
 * <p>Hidden files, editors' backups and the model's configuration may lie beside them unlisted ({@link VersionTree}), because
 * operating systems and people put them there; but for these, what is not listed is refused. A link is refused where a file is listed: what it leads to can change without the
 * version changing.
 *
 * <p>Sizes are compared before anything is read, so that a file that is cut off is found at once.
 *
 * <p>Threading: thread-safe. Blocking: reads every file of the version, a piece at a time.
 */
public final class ManifestCheck implements FileCheck {
    private static final String STEP = "checksum";

    private final ReadRetry retry;

    /**
     * @param retry repeats reads that fail
     */
    public ManifestCheck(ReadRetry retry) {
        this.retry = retry;
    }

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(VersionFiles files, ModelConfig config) throws ModelLoadException {
        Optional<VersionManifest> read;
        try {
            read = retry.call(() -> VersionManifest.readIfPresent(files.folder()));
        } catch (ManifestException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(VersionManifest.FILE_NAME, e);
        }
        if (read.isEmpty()) {
            if (config.gate().requireManifest()) {
                throw new ModelLoadException(
                        STEP, "there is no " + VersionManifest.FILE_NAME + ", and require-manifest is true");
            }
            return "no manifest";
        }
        VersionManifest manifest = read.get();
        check(files, manifest);
        int count = manifest.files().size();
        return String.format(
                Locale.ROOT,
                "%d %s, %d bytes as in the manifest",
                count,
                count == 1 ? "file" : "files",
                manifest.sizeOfFiles());
    }

    private void check(VersionFiles files, VersionManifest manifest) throws ModelLoadException {
        if (!manifest.key().equals(files.key())) {
            throw new ModelLoadException(
                    STEP, "the manifest is that of " + manifest.key() + ", but this is " + files.key());
        }
        Map<String, VersionTree.FoundFile> found = found(files);
        for (ManifestEntry entry : manifest.files()) {
            VersionTree.FoundFile file = found.remove(entry.path());
            if (file == null) {
                throw new ModelLoadException(STEP, "'" + entry.path() + "' is listed in the manifest but not there");
            }
            if (!file.regular()) {
                throw new ModelLoadException(
                        STEP, "'" + entry.path() + "' must be a file itself, not a link or anything else");
            }
            if (file.size() != entry.size()) {
                throw new ModelLoadException(
                        STEP,
                        "'" + entry.path() + "' has " + file.size() + " bytes, expected " + entry.size()
                                + " as in the manifest");
            }
        }
        found.remove(VersionManifest.FILE_NAME);
        if (!found.isEmpty()) {
            throw new ModelLoadException(
                    STEP, "'" + found.keySet().iterator().next() + "' is there but not listed in the manifest");
        }
        String model = files.folder().relativize(files.modelFile()).toString().replace('\\', '/');
        if (manifest.files().stream().noneMatch(entry -> entry.path().equals(model))) {
            throw new ModelLoadException(STEP, "the model file '" + model + "' is not listed in the manifest");
        }
        for (ManifestEntry entry : manifest.files()) {
            digest(files.folder(), entry);
        }
    }

    private Map<String, VersionTree.FoundFile> found(VersionFiles files) throws ModelLoadException {
        try {
            VersionTree tree = retry.call(() -> VersionTree.of(files.folder()));
            if (tree.truncated()) {
                throw new ModelLoadException(
                        STEP, "there are more files or levels of folders than a manifest can list");
            }
            if (!tree.unreadable().isEmpty()) {
                throw new ModelLoadException(STEP, "'" + tree.unreadable().get(0) + "' cannot be read: access denied");
            }
            Map<String, VersionTree.FoundFile> found = new LinkedHashMap<>();
            tree.files().forEach(file -> found.put(file.path(), file));
            return found;
        } catch (IOException e) {
            throw unreadable("the version's folder", e);
        }
    }

    private void digest(Path folder, ManifestEntry entry) throws ModelLoadException {
        FileDigest digest;
        try {
            digest = retry.call(() -> FileDigest.of(folder.resolve(entry.path())));
        } catch (IOException e) {
            throw unreadable("'" + entry.path() + "'", e);
        }
        if (digest.size() != entry.size()) {
            throw new ModelLoadException(
                    STEP,
                    "'" + entry.path() + "' has " + digest.size() + " bytes, expected " + entry.size()
                            + " as in the manifest");
        }
        if (!digest.sha256().equals(entry.sha256())) {
            throw new ModelLoadException(
                    STEP,
                    "'" + entry.path() + "' has SHA-256 " + digest.sha256() + ", expected " + entry.sha256()
                            + " as in the manifest");
        }
    }

    private static ModelLoadException unreadable(String what, IOException e) {
        String reason = e instanceof AccessDeniedException ? "access denied" : e.getMessage();
        return new ModelLoadException(STEP, what + " cannot be read: " + reason, e);
    }
}
