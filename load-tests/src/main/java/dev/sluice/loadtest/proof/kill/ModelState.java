package dev.sluice.loadtest.proof.kill;

import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What lies in a model's folder, read by the proof itself.
 *
 * <p>Threading: immutable.
 *
 * @param versions the visible ones
 * @param flaws of those that are not whole
 * @param leftovers hidden folders
 */
record ModelState(SortedSet<Long> versions, List<String> flaws, int leftovers) {

    static ModelState read(Path folder) throws IOException {
        SortedSet<Long> versions = new TreeSet<>();
        List<String> flaws = new ArrayList<>();
        int leftovers = 0;
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.filter(Files::isDirectory).toList();
        }
        for (Path entry : entries) {
            String name = String.valueOf(entry.getFileName());
            if (name.startsWith(".")) {
                leftovers++;
            } else if (name.chars().allMatch(Character::isDigit)) {
                long version = Long.parseLong(name);
                versions.add(version);
                Optional<String> flaw = new VersionFolder(folder, version).flaw();
                flaw.ifPresent(words -> flaws.add("version " + version + " is visible but not whole: " + words));
            }
        }
        return new ModelState(versions, List.copyOf(flaws), leftovers);
    }

    /** The newest version, all being whole. */
    long newest() {
        return versions.last();
    }

    /** Those of {@code acknowledged} that are not there. */
    List<String> missing(Collection<Long> acknowledged) {
        return acknowledged.stream()
                .filter(version -> !versions.contains(version))
                .map(version -> "version " + version + " was said to be published, and is not there")
                .toList();
    }
}
