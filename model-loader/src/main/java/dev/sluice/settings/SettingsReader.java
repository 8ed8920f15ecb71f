package dev.sluice.settings;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks layers of settings for typed values; a mistake goes to the {@link Problems} and the default is answered, so that
 * reading goes on and all mistakes are found.
 *
 * <p>For each key the first layer that has it wins. Every key asked for is known from then on; {@link #rejectUnknown} comes
 * last and reports the rest.
 *
 * <p>Threading: confined to the thread that reads.
 */
public final class SettingsReader {
    private static final String MUST_BE_MAPPING = "must be a mapping of keys to values";

    private final Problems problems;
    private final List<SettingsLayer> layers;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<SettingsNode> reportedSections = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * @param layers highest precedence first
     */
    public SettingsReader(List<SettingsLayer> layers, Problems problems) {
        this.layers = List.copyOf(layers);
        this.problems = problems;
    }

    /** The value of the first layer that has the key, or the default. */
    public <T> T get(Setting<T> setting) {
        known.add(setting.key());
        for (SettingsLayer layer : layers) {
            SettingsNode.Entry entry = find(layer, setting.key());
            if (entry != null) {
                return parse(layer, entry, setting);
            }
        }
        return setting.fallback();
    }

    /** A mapping whose keys come from all layers, each key from the first layer that has it. */
    public <V> Map<String, V> getMerged(Setting<Map<String, V>> setting) {
        known.add(setting.key());
        Map<String, V> merged = new LinkedHashMap<>(setting.fallback());
        for (int i = layers.size() - 1; i >= 0; i--) {
            SettingsNode.Entry entry = find(layers.get(i), setting.key());
            if (entry != null) {
                merged.putAll(parse(layers.get(i), entry, setting));
            }
        }
        return merged;
    }

    /** The layers below each name under {@code key}: for {@code models}, one list for each model, in the order written. */
    public Map<String, List<SettingsLayer>> children(String key) {
        known.add(key);
        Map<String, List<SettingsLayer>> children = new LinkedHashMap<>();
        for (SettingsLayer layer : layers) {
            SettingsNode.Entry entry = find(layer, key);
            SettingsNode.Mapping parent = entry == null ? null : section(layer, key, entry);
            if (parent == null) {
                continue;
            }
            for (Map.Entry<String, SettingsNode.Entry> child : parent.entries().entrySet()) {
                String path = KeyPath.join(key, child.getKey());
                SettingsNode.Mapping mapping = section(layer, path, child.getValue());
                if (mapping != null) {
                    children.computeIfAbsent(child.getKey(), name -> new ArrayList<>())
                            .add(new SettingsLayer(
                                    layer.keyOf(path),
                                    new SettingsNode.Mapping(child.getValue().place(), mapping.entries())));
                }
            }
        }
        return children;
    }

    /**
     * Reports a mistake that a type cannot see, where {@code key} was set.
     *
     * @return false, and nothing is reported, when the key is not set
     */
    @CanIgnoreReturnValue
    public boolean problem(String key, String message) {
        for (SettingsLayer layer : layers) {
            SettingsNode.Entry entry = find(layer, key);
            if (entry != null) {
                problems.add(entry.place(), layer.keyOf(key), message);
                return true;
            }
        }
        return false;
    }

    /** Reports every key that nobody asked for, with the key that was probably meant. */
    public void rejectUnknown() {
        for (SettingsLayer layer : layers) {
            rejectUnknown(layer, "", layer.root());
        }
    }

    private <T> T parse(SettingsLayer layer, SettingsNode.Entry entry, Setting<T> setting) {
        try {
            return setting.type().parse(entry.value());
        } catch (BadValueException e) {
            problems.add(
                    e.place(entry),
                    layer.keyOf(setting.key()),
                    e.line(setting.type().isSecret()));
            return setting.fallback();
        }
    }

    private SettingsNode.@Nullable Entry find(SettingsLayer layer, String key) {
        SettingsNode.Mapping mapping = layer.root();
        List<String> segments = KeyPath.split(key);
        String path = "";
        for (int i = 0; i < segments.size(); i++) {
            path = KeyPath.join(path, segments.get(i));
            SettingsNode.Entry entry = mapping.entries().get(segments.get(i));
            if (entry == null || i == segments.size() - 1) {
                return entry;
            }
            SettingsNode.Mapping below = section(layer, path, entry);
            if (below == null) {
                return null;
            }
            mapping = below;
        }
        return null;
    }

    /** The mapping at an entry, an empty one where nothing was written; null, and reported once, for anything else. */
    private SettingsNode.@Nullable Mapping section(SettingsLayer layer, String path, SettingsNode.Entry entry) {
        SettingsNode value = entry.value();
        if (value instanceof SettingsNode.Mapping mapping) {
            return mapping;
        }
        if (value instanceof SettingsNode.Scalar scalar && scalar.isNothing()) {
            return SettingsNode.Mapping.empty(entry.place());
        }
        if (reportedSections.add(value)) {
            String got = value instanceof SettingsNode.Sequence ? "a list" : "a single value";
            problems.add(entry.place(), layer.keyOf(path), MUST_BE_MAPPING + ", got " + got);
        }
        return null;
    }

    private void rejectUnknown(SettingsLayer layer, String prefix, SettingsNode.Mapping mapping) {
        mapping.entries().forEach((key, entry) -> {
            String path = KeyPath.join(prefix, key);
            if (known.contains(path)) {
                return;
            }
            if (known.stream().anyMatch(each -> each.startsWith(path + "."))) {
                SettingsNode.Mapping below = section(layer, path, entry);
                if (below != null) {
                    rejectUnknown(layer, path, below);
                }
                return;
            }
            String meant = meant(prefix, key)
                    .map(each -> "; did you mean " + layer.keyOf(each) + "?")
                    .orElse("");
            if (known.contains(prefix.isEmpty() ? key : prefix + "." + key)) {
                int dot = key.lastIndexOf('.');
                meant = "; did you mean " + key.substring(dot + 1) + " under " + key.substring(0, dot) + "?";
            }
            problems.add(entry.place(), layer.keyOf(path), "unknown key" + meant);
        });
    }

    /** A sibling spelled nearly so, else the only known key of that last segment elsewhere. */
    private Optional<String> meant(String prefix, String key) {
        String start = prefix.isEmpty() ? "" : prefix + ".";
        Set<String> siblings = new LinkedHashSet<>();
        List<String> elsewhere = new ArrayList<>();
        for (String each : known) {
            if (each.startsWith(start)) {
                int dot = each.indexOf('.', start.length());
                siblings.add(dot < 0 ? each.substring(start.length()) : each.substring(start.length(), dot));
            }
            if (each.endsWith("." + key)) {
                elsewhere.add(each);
            }
        }
        Optional<String> sibling = NearestWord.of(key, siblings).map(near -> start + near);
        return sibling.isPresent() || elsewhere.size() != 1 ? sibling : Optional.of(elsewhere.get(0));
    }
}
