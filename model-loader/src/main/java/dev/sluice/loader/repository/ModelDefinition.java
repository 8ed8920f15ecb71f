package dev.sluice.loader.repository;

import java.nio.file.Path;
import java.util.List;

/**
 * One model as its folder describes it.
 *
 * <p>Threading: immutable.
 *
 * @param name the folder's name
 * @param folder where it lies
 * @param config merged configuration; the defaults when {@code problems} is not empty
 * @param versions the versions that the version policy chose, ascending
 * @param problems why none of its versions can be served, each a line with its place; empty when all is well
 * @param warnings what was read but does not apply
 */
public record ModelDefinition(
        String name,
        Path folder,
        ModelConfig config,
        List<VersionFiles> versions,
        List<String> problems,
        List<String> warnings) {
    public ModelDefinition {
        versions = List.copyOf(versions);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }
}
