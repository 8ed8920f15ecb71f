package dev.sluice.loader.repository;

import dev.sluice.settings.Place;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One model's folder: its configuration files and its versions.
 *
 * <p>Threading: immutable; {@link #read} blocks on the file system.
 *
 * @param folder where it lies
 * @param name what it is called, unless a configuration file may say so
 * @param namedByFiles whether its configuration files may give another name
 */
record ModelFolder(Path folder, String name, boolean namedByFiles) {
    static final String MODEL_YAML = "model.yaml";
    static final String CONFIG_PBTXT = "config.pbtxt";

    /**
     * Reads it; whatever is wrong in it is a problem of this model.
     *
     * @param overlays by model name, the layers that stand above the folder's own files
     */
    ModelDefinition read(Map<String, List<SettingsLayer>> overlays) {
        Problems problems = new Problems();
        TritonSettings triton = new TritonSettings(name + "/" + CONFIG_PBTXT, problems);
        List<SettingsLayer> own = ownLayers(triton, problems);
        String called = name;
        if (namedByFiles) {
            called = ModelSettings.read(own, new Problems()).name().orElse(name);
        }
        List<SettingsLayer> layers = new ArrayList<>(overlays.getOrDefault(called, List.of()));
        layers.addAll(own);
        ModelSettings settings = ModelSettings.read(layers, problems);
        List<String> warnings = new ArrayList<>(triton.warnings());
        if (!called.equals(settings.name().orElse(called))) {
            warnings.add(called + ": the name " + settings.name().orElse("") + " in its configuration is not applied");
        }
        return definition(called, settings, problems, warnings);
    }

    /** A definition without versions. */
    static ModelDefinition broken(String name, Path folder, String problem) {
        return new ModelDefinition(name, folder, ModelConfig.DEFAULT, List.of(), List.of(problem), List.of());
    }

    private ModelDefinition definition(
            String called, ModelSettings settings, Problems problems, List<String> warnings) {
        List<String> reasons = new ArrayList<>(problems.lines());
        List<VersionFiles> available = List.of();
        try {
            VersionFolders found = VersionFolders.list(called, folder, settings.modelFile());
            available = List.copyOf(found.usable().values());
            boolean some = !settings.config()
                    .versions()
                    .choose(found.usable().keySet())
                    .isEmpty();
            List<String> complaints = new ArrayList<>();
            found.complaints().forEach(complaint -> complaints.add(called + ": " + complaint));
            if (settings.config().versions() instanceof VersionPolicy.Specific specific) {
                specific.versions().stream()
                        .sorted()
                        .filter(version -> !found.usable().containsKey(version))
                        .forEach(version -> complaints.add(called + ": version " + version
                                + " is asked for but cannot be served, found "
                                + found.usable().keySet()));
            }
            (some ? warnings : reasons).addAll(complaints);
        } catch (IOException | UncheckedIOException e) {
            reasons.add(called + ": " + folder + " cannot be read: " + reason(e));
        }
        return reasons.isEmpty()
                ? new ModelDefinition(called, folder, settings.config(), available, List.of(), warnings)
                : new ModelDefinition(called, folder, ModelConfig.DEFAULT, List.of(), reasons, warnings);
    }

    private List<SettingsLayer> ownLayers(TritonSettings triton, Problems problems) {
        List<SettingsLayer> layers = new ArrayList<>();
        Path yaml = folder.resolve(MODEL_YAML);
        if (Files.exists(yaml)) {
            layers.add(SettingsLayer.top(SettingsFile.read(yaml, name + "/" + MODEL_YAML, problems)));
        }
        Path pbtxt = folder.resolve(CONFIG_PBTXT);
        if (Files.exists(pbtxt)) {
            Optional<ProtoMessage> config = readPbtxt(pbtxt, problems);
            config.ifPresent(message -> TritonConfig.translate(message, folder, triton));
            layers.add(SettingsLayer.top(triton.settings()));
        }
        return layers;
    }

    private Optional<ProtoMessage> readPbtxt(Path file, Problems problems) {
        String fileName = name + "/" + CONFIG_PBTXT;
        try {
            return Optional.of(ProtoText.parse(SettingsFile.text(file)));
        } catch (ProtoTextException e) {
            problems.add(new Place(fileName, e.line()), "", String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            problems.add(Place.file(fileName), "", "must be UTF-8 text");
        } catch (IOException e) {
            problems.add(Place.file(fileName), "", "cannot be read: " + reason(e));
        }
        return Optional.empty();
    }

    /** Why a file system call failed, in words for operators. */
    static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof AccessDeniedException ? "access denied" : String.valueOf(cause.getMessage());
    }
}
