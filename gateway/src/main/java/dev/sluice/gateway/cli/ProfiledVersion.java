package dev.sluice.gateway.cli;

import dev.sluice.canary.monitor.profile.ProfileException;
import dev.sluice.loader.repository.FolderModelRepository;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.ModelSettings;
import dev.sluice.loader.repository.RepositoryException;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.model.ModelKey;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which version a profile is written for, found from a path.
 *
 * <p>Threading: immutable; {@link #find} blocks on the file system.
 *
 * @param files where it lies
 * @param config of its model
 * @param version its number; empty for an ONNX file outside a version's folder
 */
record ProfiledVersion(VersionFiles files, ModelConfig config, OptionalLong version) {
    /**
     * Finds it.
     *
     * @param path a version's folder, a folder that holds one ONNX file, or an ONNX file
     * @param configFile the model's configuration instead of the one beside it; null for that
     * @throws ProfileException if there is no model, or its configuration is wrong
     */
    static ProfiledVersion find(Path path, @Nullable Path configFile) throws ProfileException {
        Path full = path.toAbsolutePath().normalize();
        if (!Files.exists(full)) {
            throw new ProfileException(path + ": no such file or folder");
        }
        ProfiledVersion found = Files.isDirectory(full) ? inFolder(full) : ofFile(full);
        return configFile == null ? found : found.with(read(configFile));
    }

    /** The same with other names of features. */
    ProfiledVersion withFeatures(List<String> features) {
        return with(new ModelConfig(
                config.versions(),
                config.batching(),
                config.runtime(),
                features,
                config.labels(),
                config.serving(),
                config.gate(),
                config.breaker(),
                config.transform(),
                config.monitoring()));
    }

    private ProfiledVersion with(ModelConfig other) {
        return new ProfiledVersion(files, other, version);
    }

    private static ModelConfig read(Path configFile) throws ProfileException {
        Problems problems = new Problems();
        SettingsLayer layer =
                SettingsLayer.top(SettingsFile.read(configFile, String.valueOf(configFile.getFileName()), problems));
        ModelSettings settings = ModelSettings.read(List.of(layer), problems);
        if (!problems.isEmpty()) {
            throw new ProfileException(String.join("\n", problems.lines()));
        }
        return settings.config();
    }

    private static ProfiledVersion ofFile(Path file) throws ProfileException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new ProfileException(file + ": is no ONNX file");
        }
        if (isVersion(folder)) {
            ProfiledVersion found = inFolder(folder);
            VersionFiles files = new VersionFiles(found.files.key(), folder, file);
            return new ProfiledVersion(files, found.config, found.version);
        }
        String name = String.valueOf(file.getFileName());
        String stem = name.endsWith(".onnx") && name.length() > 5 ? name.substring(0, name.length() - 5) : name;
        return new ProfiledVersion(
                new VersionFiles(new ModelKey(stem, 1), folder, file), ModelConfig.DEFAULT, OptionalLong.empty());
    }

    private static ProfiledVersion inFolder(Path folder) throws ProfileException {
        boolean numbered = isVersion(folder);
        Path model = numbered ? folder.getParent() : folder;
        List<ModelDefinition> definitions;
        try {
            definitions = new FolderModelRepository(List.of(model)).scan();
        } catch (RepositoryException e) {
            throw new ProfileException(String.valueOf(e.getMessage()), e);
        }
        Optional<ModelDefinition> broken = definitions.stream()
                .filter(definition -> !definition.problems().isEmpty())
                .findFirst();
        if (broken.isPresent()) {
            throw new ProfileException(String.join("\n", broken.get().problems()));
        }
        for (ModelDefinition definition : definitions) {
            for (VersionFiles files : definition.available()) {
                if (files.folder().equals(folder)) {
                    OptionalLong version =
                            numbered ? OptionalLong.of(files.key().version()) : OptionalLong.empty();
                    return new ProfiledVersion(files, definition.config(), version);
                }
            }
        }
        throw new ProfileException(folder + ": holds no ONNX file to serve; name a version's folder or an ONNX file");
    }

    private static boolean isVersion(Path folder) {
        Path name = folder.getFileName();
        return name != null && folder.getParent() != null && name.toString().matches("[1-9][0-9]{0,17}");
    }
}
