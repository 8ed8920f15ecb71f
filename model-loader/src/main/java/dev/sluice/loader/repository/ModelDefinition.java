package dev.sluice.loader.repository;

import dev.sluice.model.VersionSelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One model as its folder describes it, and what operators have said about it since.
 *
 * <p>Threading: immutable.
 *
 * @param name the folder's name
 * @param folder where it lies
 * @param config merged configuration; the defaults when {@code problems} is not empty
 * @param available every version that can be served, ascending
 * @param intent what operators have said
 * @param problems why none of its versions can be served, each a line with its place; empty when all is well
 * @param warnings what was read but does not apply
 */
public record ModelDefinition(
        String name,
        Path folder,
        ModelConfig config,
        List<VersionFiles> available,
        Intent intent,
        List<String> problems,
        List<String> warnings) {
    public ModelDefinition {
        available = List.copyOf(available);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /** A model about which nobody has said anything. */
    public ModelDefinition(
            String name,
            Path folder,
            ModelConfig config,
            List<VersionFiles> available,
            List<String> problems,
            List<String> warnings) {
        this(name, folder, config, available, Intent.NONE, problems, warnings);
    }

    /** The same with what operators have said. */
    public ModelDefinition with(Intent said) {
        return new ModelDefinition(name, folder, config, available, said, problems, warnings);
    }

    /** The same with other versions. */
    public ModelDefinition withAvailable(List<VersionFiles> versions) {
        return new ModelDefinition(name, folder, config, versions, intent, problems, warnings);
    }

    /** One of its versions and no other, loaded at once even where the model is loaded on demand. */
    public ModelDefinition alone(long version) {
        return new ModelDefinition(name, folder, config.alone(version), available, intent, problems, warnings);
    }

    /** The versions that should serve where none has failed, ascending. */
    public List<VersionFiles> versions() {
        return versions(Set.of());
    }

    /**
     * The versions that should serve, ascending: what the policy chooses of those that are neither stopped nor {@code failed},
     * those that are kept, and the one that is configured by number to answer for others that fail.
     *
     * @param failed versions that the gate refused; where the newest are wanted, older ones stand in for them
     */
    public List<VersionFiles> versions(Set<Long> failed) {
        if (intent.stopped()) {
            return List.of();
        }
        List<Long> candidates = available.stream()
                .map(files -> files.key().version())
                .filter(version -> !intent.stoppedVersions().contains(version) && !failed.contains(version))
                .toList();
        Set<Long> chosen = config.versions().choose(candidates).stream().collect(Collectors.toSet());
        return available.stream()
                .filter(files -> chosen.contains(files.key().version())
                        || (candidates.contains(files.key().version())
                                && (intent.kept().contains(files.key().version())
                                        || isFallback(files.key().version()))))
                .toList();
    }

    /** A fallback that is a label is among those that are kept as long as the label is set. */
    private boolean isFallback(long version) {
        return config.serving()
                .fallback()
                .filter(fallback -> fallback.equals(new VersionSelector.Exact(version)))
                .isPresent();
    }
}
