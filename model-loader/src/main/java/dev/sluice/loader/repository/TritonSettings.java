package dev.sluice.loader.repository;

import dev.sluice.settings.Place;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects what a {@code config.pbtxt} says in the words of {@code model.yaml}, and what of it does not apply.
 *
 * <p>Threading: confined to the thread that translates.
 */
final class TritonSettings {
    private final String fileName;
    private final Problems problems;
    private final Map<String, Map<String, SettingsNode.Entry>> sections = new LinkedHashMap<>();
    private final Set<String> unapplied = new LinkedHashSet<>();

    TritonSettings(String fileName, Problems problems) {
        this.fileName = fileName;
        this.problems = problems;
    }

    /**
     * Sets a key.
     *
     * @param key of {@code model.yaml}, of one or two segments
     */
    void set(String key, int line, String text) {
        set(key, line, new SettingsNode.Scalar(place(line), text, true));
    }

    void set(String key, int line, SettingsNode node) {
        int dot = key.indexOf('.');
        sections.computeIfAbsent(dot < 0 ? "" : key.substring(0, dot), section -> new LinkedHashMap<>())
                .put(key.substring(dot + 1), new SettingsNode.Entry(place(line), node));
    }

    /** A list of texts as a node. */
    SettingsNode list(int line, List<String> texts) {
        return new SettingsNode.Sequence(
                place(line),
                texts.stream()
                        .<SettingsNode>map(text -> new SettingsNode.Scalar(place(line), text, true))
                        .toList());
    }

    /** A mapping of texts as a node. */
    SettingsNode mapping(int line, Map<String, String> texts) {
        Map<String, SettingsNode.Entry> entries = new LinkedHashMap<>();
        texts.forEach((key, text) -> entries.put(
                key, new SettingsNode.Entry(place(line), new SettingsNode.Scalar(place(line), text, true))));
        return new SettingsNode.Mapping(place(line), entries);
    }

    Place place(int line) {
        return new Place(fileName, line);
    }

    /** The model cannot be served as the file wants it. */
    void problem(int line, String message) {
        problems.add(place(line), "", message);
    }

    /** A field that is read and has no effect. */
    void unapplied(String field, String reason) {
        unapplied.add(field + " (" + reason + ")");
    }

    /** One line that names every field without effect; empty when there is none. */
    List<String> warnings() {
        return unapplied.isEmpty() ? List.of() : List.of(fileName + ": not applied: " + String.join(", ", unapplied));
    }

    /** What was set, as {@code model.yaml} would have it. */
    SettingsNode.Mapping settings() {
        Map<String, SettingsNode.Entry> root = new LinkedHashMap<>();
        Place whole = Place.file(fileName);
        sections.forEach((section, entries) -> {
            if (section.isEmpty()) {
                root.putAll(entries);
            } else {
                root.put(section, new SettingsNode.Entry(whole, new SettingsNode.Mapping(whole, entries)));
            }
        });
        return new SettingsNode.Mapping(whole, root);
    }
}
