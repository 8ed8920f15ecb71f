package dev.sluice.loader.repository;

import dev.sluice.model.ModelKey;
import dev.sluice.settings.Place;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import dev.sluice.settings.SettingsNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** What is wrong with a file that {@link #isSpecial}. */
    static final String NOT_SPECIAL = "must be a file, but is a pipe, a socket or a device";

    /**
     * Reads it; whatever is wrong in it is a problem of this model.
     *
     * @param pass the look at the repository that this is part of
     */
    ModelDefinition read(ScanPass pass) {
        Problems problems = new Problems();
        TritonSettings triton = new TritonSettings(name + "/" + CONFIG_PBTXT, problems);
        List<SettingsLayer> own = ownLayers(triton, problems, pass);
        String called = name;
        if (namedByFiles) {
            called = ModelSettings.read(own, new Problems()).name().orElse(name);
        }
        List<SettingsLayer> layers = new ArrayList<>(pass.overlays(called));
        layers.addAll(own);
        ModelSettings settings = ModelSettings.read(layers, problems);
        List<String> warnings = new ArrayList<>(triton.warnings());
        if (!called.equals(settings.name().orElse(called))) {
            warnings.add(called + ": the name " + settings.name().orElse("") + " in its configuration is not applied");
        }
        return definition(called, settings, problems, warnings, pass);
    }

    /**
     * The definition of one version alone, which lies where no scan finds it; the rest as {@link #read} does.
     *
     * @param staged the version's folder
     */
    ModelDefinition readStaged(long version, Path staged, ScanPass pass) {
        Problems problems = new Problems();
        TritonSettings triton = new TritonSettings(name + "/" + CONFIG_PBTXT, problems);
        List<SettingsLayer> layers = new ArrayList<>(pass.overlays(name));
        layers.addAll(ownLayers(triton, problems, pass));
        ModelSettings settings = ModelSettings.read(layers, problems);
        List<String> reasons = new ArrayList<>(problems.lines());
        List<VersionFiles> available = List.of();
        try {
            VersionFolders found = VersionFolders.only(new ModelKey(name, version), staged, settings.modelFile(), pass);
            available = List.copyOf(found.usable().values());
            found.complaints().forEach(complaint -> reasons.add(name + ": " + complaint));
        } catch (IOException | UncheckedIOException e) {
            reasons.add(name + ": " + staged + " cannot be read: " + reason(e));
        }
        ModelConfig config = settings.config().alone(version);
        return reasons.isEmpty()
                ? new ModelDefinition(name, folder, config, available, List.of(), triton.warnings())
                : new ModelDefinition(name, folder, ModelConfig.DEFAULT, List.of(), reasons, triton.warnings());
    }

    /** A definition without versions. */
    static ModelDefinition broken(String name, Path folder, String problem) {
        return new ModelDefinition(name, folder, ModelConfig.DEFAULT, List.of(), List.of(problem), List.of());
    }

    private ModelDefinition definition(
            String called, ModelSettings settings, Problems problems, List<String> warnings, ScanPass pass) {
        List<String> reasons = new ArrayList<>(problems.lines());
        List<VersionFiles> available = List.of();
        try {
            VersionFolders found = VersionFolders.list(called, folder, settings.modelFile(), pass);
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
            pass.failed(cause(e));
            reasons.add(called + ": " + folder + " cannot be read: " + reason(e));
        }
        return reasons.isEmpty()
                ? new ModelDefinition(called, folder, settings.config(), available, List.of(), warnings)
                : new ModelDefinition(called, folder, ModelConfig.DEFAULT, List.of(), reasons, warnings);
    }

    private List<SettingsLayer> ownLayers(TritonSettings triton, Problems problems, ScanPass pass) {
        List<SettingsLayer> layers = new ArrayList<>();
        Path yaml = folder.resolve(MODEL_YAML);
        if (isText(yaml, problems)) {
            layers.add(SettingsLayer.top(readYaml(yaml, problems, pass)));
        }
        Path pbtxt = folder.resolve(CONFIG_PBTXT);
        if (isText(pbtxt, problems)) {
            Optional<ProtoMessage> config = readPbtxt(pbtxt, problems, pass);
            config.ifPresent(message -> TritonConfig.translate(message, folder, triton));
            layers.add(SettingsLayer.top(triton.settings()));
        }
        return layers;
    }

    /** Whether there is something to read; a link that leads nowhere, and what would never end or begin, is a problem instead. */
    private boolean isText(Path file, Problems problems) {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Place place = Place.file(name + "/" + file.getFileName());
        if (Files.isSymbolicLink(file) && Files.notExists(file)) {
            problems.add(place, "", "is a link to what is not there");
            return false;
        }
        if (isSpecial(file)) {
            problems.add(place, "", NOT_SPECIAL);
            return false;
        }
        return true; // reading a folder, or what cannot be looked at, says what is wrong
    }

    /** Whether reading it might never end, or never begin. */
    static boolean isSpecial(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private SettingsNode.Mapping readYaml(Path file, Problems problems, ScanPass pass) {
        String fileName = name + "/" + MODEL_YAML;
        try {
            return SettingsFile.parse(fileName, SettingsFile.text(file), problems);
        } catch (IOException e) {
            pass.failed(e);
            return SettingsFile.read(file, fileName, problems); // which says what is wrong
        }
    }

    private Optional<ProtoMessage> readPbtxt(Path file, Problems problems, ScanPass pass) {
        String fileName = name + "/" + CONFIG_PBTXT;
        try {
            return Optional.of(ProtoText.parse(SettingsFile.text(file)));
        } catch (ProtoTextException e) {
            problems.add(new Place(fileName, e.line()), "", String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            problems.add(Place.file(fileName), "", "must be UTF-8 text");
        } catch (IOException e) {
            pass.failed(e);
            problems.add(Place.file(fileName), "", "cannot be read: " + reason(e));
        }
        return Optional.empty();
    }

    /** What the file system said. */
    static IOException cause(Exception e) {
        if (e instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return unchecked.getCause();
        }
        return e instanceof IOException io ? io : new IOException(e);
    }

    /** Why a file system call failed, in words for operators. */
    static String reason(Exception e) {
        IOException cause = cause(e);
        return cause instanceof AccessDeniedException ? "access denied" : String.valueOf(cause.getMessage());
    }
}
