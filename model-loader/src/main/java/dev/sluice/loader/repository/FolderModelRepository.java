package dev.sluice.loader.repository;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.ModelKey;
import dev.sluice.settings.NearestWord;
import dev.sluice.settings.SettingsLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Models that lie in folders.
 *
 * <p>A repository folder holds one folder for each model, {@code NAME/VERSION/model.onnx}, or without versions {@code
 * NAME/model.onnx}. It may also be a single model itself, as storage initialisers mount them: then it holds version folders or
 * an ONNX file directly, and no other folder with a model. Names that begin with a dot are ignored, links are followed, and
 * folders that hold neither an ONNX file, a version nor a configuration file are no models.
 *
 * <p>A version without a manifest counts once it has settled ({@link Settling}); what cannot be read is read again a few times
 * ({@link ReadRetry}).
 *
 * <p>Threading: thread-safe; {@link #scan} and {@link #look} block on the file system, one at a time.
 *
 * @see "docs/configuration.md, section Model repository"
 */
public final class FolderModelRepository implements ModelRepository {
    private final List<Path> folders;
    private final Optional<String> singleModelName;
    private final Map<String, List<SettingsLayer>> overlays;
    private final ReadRetry retry;
    private final Object lock = new Object();

    @GuardedBy("lock") private final Settling settling;

    /**
     * Models of several folders.
     *
     * @param folders repository folders; names must be distinct over all of them
     * @param singleModelName name of a model that is a repository folder itself; empty: its configuration's, else the folder's
     * @param overlays by model name, settings that override the files beside the model, highest precedence first
     */
    public FolderModelRepository(
            List<Path> folders, Optional<String> singleModelName, Map<String, List<SettingsLayer>> overlays) {
        this(folders, singleModelName, overlays, Settling.none(), new ReadRetry());
    }

    /**
     * Models of several folders that may change.
     *
     * @param settling says when a version without a manifest is complete; belongs to this repository from here on
     * @param retry repeats reads that fail
     */
    public FolderModelRepository(
            List<Path> folders,
            Optional<String> singleModelName,
            Map<String, List<SettingsLayer>> overlays,
            Settling settling,
            ReadRetry retry) {
        this.folders = folders.stream().distinct().toList();
        this.singleModelName = singleModelName;
        this.overlays = Map.copyOf(overlays);
        this.settling = settling;
        this.retry = retry;
    }

    /** Models of several folders, configured by the files beside them only. */
    public FolderModelRepository(List<Path> folders) {
        this(folders, Optional.empty(), Map.of());
    }

    @Override
    public List<ModelDefinition> scan() {
        return look().definitions();
    }

    /**
     * The full set as it is now, and whether something is still being written.
     *
     * @throws RepositoryException as {@link #scan} does
     */
    public RepositoryScan look() {
        synchronized (lock) {
            try {
                Settling held = settling;
                return retry.call(() -> lookOnce(held)).scan();
            } catch (IOException e) {
                throw new RepositoryException("the repository cannot be read: " + ModelFolder.reason(e), e);
            }
        }
    }

    /**
     * A version that is not published yet, as it would be served: with the configuration that its model has.
     *
     * @param repositoryFolder the folder in which the model's folder lies
     * @param staged the version's folder
     */
    public ModelDefinition staged(Path repositoryFolder, ModelKey key, Path staged) {
        ScanPass pass = new ScanPass(overlays, Settling.none().begin());
        return new ModelFolder(repositoryFolder.resolve(key.name()), key.name(), false)
                .readStaged(key.version(), staged, pass);
    }

    /** One attempt. */
    private record Attempt(RepositoryScan scan, boolean mayHelp) implements ReadRetry.Incomplete {}

    private Attempt lookOnce(Settling held) {
        Settling.Pass settlingPass = held.begin();
        ScanPass pass = new ScanPass(overlays, settlingPass);
        List<ModelDefinition> definitions = definitions(pass);
        RepositoryScan scan = new RepositoryScan(definitions, settlingPass.end(pass.isWhole()));
        return new Attempt(scan, pass.failure() != null);
    }

    private List<ModelDefinition> definitions(ScanPass pass) {
        Map<String, List<ModelDefinition>> byName = new TreeMap<>();
        for (Path folder : folders) {
            List<ModelFolder> found = modelsIn(folder);
            pass.enter(RepositoryStorage.of(folder));
            for (ModelFolder model : found) {
                ModelDefinition definition = model.read(pass);
                byName.computeIfAbsent(definition.name(), name -> new ArrayList<>())
                        .add(definition);
            }
        }
        List<ModelDefinition> definitions = new ArrayList<>(byName.size());
        byName.forEach((name, found) -> {
            if (found.size() == 1) {
                definitions.add(found.get(0));
                return;
            }
            List<String> places =
                    found.stream().map(each -> each.folder().toString()).toList();
            definitions.add(ModelFolder.broken(
                    name,
                    found.get(0).folder(),
                    name + ": names must be distinct, but " + String.join(" and ", places) + " have this one"));
        });
        return List.copyOf(definitions);
    }

    /**
     * One line for each model that has settings in {@code sluice.yaml} and does not exist.
     *
     * @param scanned what {@link #scan} answered
     */
    public List<String> unmatchedSettings(List<ModelDefinition> scanned) {
        List<String> names = scanned.stream().map(ModelDefinition::name).toList();
        Map<String, String> lines = new LinkedHashMap<>();
        new TreeMap<>(overlays).forEach((name, layers) -> {
            if (!names.contains(name) && !layers.isEmpty()) {
                SettingsLayer layer = layers.get(0);
                String meant = NearestWord.of(name, names)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
                lines.put(name, layer.root().place() + ": " + layer.path() + ": no model has this name" + meant);
            }
        });
        return List.copyOf(lines.values());
    }

    private List<ModelFolder> modelsIn(Path folder) {
        if (!Files.exists(folder)) {
            throw new RepositoryException("repository folder " + folder + " does not exist");
        }
        if (!Files.isDirectory(folder)) {
            throw new RepositoryException("repository folder " + folder + " is not a folder");
        }
        try {
            List<ModelFolder> models = new ArrayList<>();
            boolean others = false;
            for (Path child : children(folder)) {
                String name = child.getFileName().toString();
                models.add(new ModelFolder(child, name, false));
                others |= !isNumber(name);
            }
            return !others && isSingle(folder) ? List.of(single(folder)) : models;
        } catch (IOException | UncheckedIOException e) {
            throw new RepositoryException(
                    "repository folder " + folder + " cannot be read: " + ModelFolder.reason(e), ModelFolder.cause(e));
        }
    }

    private ModelFolder single(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String folderName = last == null ? "model" : last.toString();
        return new ModelFolder(folder, singleModelName.orElse(folderName), singleModelName.isEmpty());
    }

    /** Folders that look like models, by name. */
    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> children = new ArrayList<>();
            for (Path entry : entries.sorted().toList()) {
                if (!entry.getFileName().toString().startsWith(".")
                        && VersionFolders.mayBeFolder(entry)
                        && looksLikeModel(entry)) {
                    children.add(entry);
                }
            }
            return children;
        }
    }

    private static boolean looksLikeModel(Path folder) {
        try {
            return isConfigured(folder)
                    || !VersionFolders.onnxFiles(folder).isEmpty()
                    || !VersionFolders.numbered(folder).isEmpty();
        } catch (IOException | UncheckedIOException e) {
            // It cannot be listed: it becomes a model whose problem says so.
            return true;
        }
    }

    /** Whether a repository folder is a model: a number alone may be a model's name as well as a version. */
    private static boolean isSingle(Path folder) throws IOException {
        if (isConfigured(folder) || !VersionFolders.onnxFiles(folder).isEmpty()) {
            return true;
        }
        for (Path numbered : VersionFolders.numbered(folder)) {
            if (!VersionFolders.onnxFiles(numbered).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isConfigured(Path folder) {
        return Files.exists(folder.resolve(ModelFolder.MODEL_YAML))
                || Files.exists(folder.resolve(ModelFolder.CONFIG_PBTXT));
    }

    private static boolean isNumber(String name) {
        return name.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
