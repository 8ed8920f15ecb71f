package dev.sluice.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds nodes from the events of a YAML parser; numbers and booleans stay text, tags mean nothing.
 *
 * <p>Bounds: {@value #DEPTH_MAX} levels, {@value #VALUES_MAX} values counted after aliases are expanded.
 *
 * <p>Threading: confined to the thread that composes.
 */
final class YamlComposer {
    private static final int DEPTH_MAX = 32;
    private static final int VALUES_MAX = 100_000;

    private final Iterator<Event> events;
    private final IntFunction<Place> places;
    private final String rootKey;
    private final Problems problems;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int values;

    private record Anchored(SettingsNode node, int values) {}

    private YamlComposer(Iterator<Event> events, IntFunction<Place> places, String rootKey, Problems problems) {
        this.events = events;
        this.places = places;
        this.rootKey = rootKey;
        this.problems = problems;
    }

    /**
     * The text's only document; nothing, with a problem, when the text is not YAML.
     *
     * @param places place of a 1-based line
     * @param rootKey key of the whole text, or empty
     */
    static SettingsNode compose(IntFunction<Place> places, String rootKey, String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        SettingsNode nothing = new SettingsNode.Scalar(places.apply(1), "", false);
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new YamlComposer(events, places, rootKey, problems).document(nothing);
        } catch (MarkedYamlEngineException e) {
            problems.add(places.apply(line(e.getProblemMark())), rootKey, "not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(places.apply(1), rootKey, "not valid YAML: a character or a construct that YAML forbids");
        } catch (TooLargeException e) {
            problems.add(places.apply(e.line), rootKey, String.valueOf(e.getMessage()));
        }
        return nothing;
    }

    private SettingsNode document(SettingsNode nothing) {
        SettingsNode root = nothing;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                documents++;
                if (documents == 2) {
                    problems.add(places.apply(line(event.getStartMark())), rootKey, "only one document is allowed");
                    return root;
                }
            } else if (event instanceof NodeEvent) {
                root = node(event, rootKey, 0);
            }
        }
        return root;
    }

    private SettingsNode node(Event event, String path, int depth) {
        int line = line(event.getStartMark());
        if (depth > DEPTH_MAX) {
            throw new TooLargeException("nested deeper than " + DEPTH_MAX + " levels", line);
        }
        Place place = places.apply(line);
        if (event instanceof AliasEvent alias) {
            Anchored anchored = anchors.get(alias.getAlias());
            if (anchored == null) {
                problems.add(place, path, "alias *" + alias.getAlias() + " stands for nothing written before it");
                return new SettingsNode.Scalar(place, "", false);
            }
            count(anchored.values(), line);
            return anchored.node();
        }
        int before = values;
        count(1, line);
        SettingsNode node;
        if (event instanceof ScalarEvent scalar) {
            node = new SettingsNode.Scalar(place, scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
        } else if (event instanceof SequenceStartEvent) {
            node = sequence(place, path, depth);
        } else if (event instanceof MappingStartEvent) {
            node = mapping(place, path, depth);
        } else {
            throw new IllegalStateException("unexpected YAML event " + event.getEventId());
        }
        if (event instanceof NodeEvent anchored) {
            int size = values - before;
            anchored.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(node, size)));
        }
        return node;
    }

    private SettingsNode sequence(Place place, String path, int depth) {
        List<SettingsNode> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, path, depth + 1));
        }
        return new SettingsNode.Sequence(place, items);
    }

    private SettingsNode mapping(Place place, String path, int depth) {
        Map<String, SettingsNode.Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            SettingsNode key = node(event, path, depth + 1);
            String name = key instanceof SettingsNode.Scalar scalar ? scalar.text() : "";
            String childPath = name.isEmpty() ? path : KeyPath.join(path, name);
            SettingsNode value = node(events.next(), childPath, depth + 1);
            if (name.isEmpty()) {
                problems.add(key.place(), path, "every key must be a word, got " + key.describe());
                continue;
            }
            SettingsNode.Entry first = entries.putIfAbsent(name, new SettingsNode.Entry(key.place(), value));
            if (first != null) {
                problems.add(key.place(), childPath, "is written twice, first at " + first.place());
            }
        }
        return new SettingsNode.Mapping(place, entries);
    }

    private void count(int more, int line) {
        values += more;
        if (values > VALUES_MAX) {
            throw new TooLargeException(
                    "more than " + VALUES_MAX + " values, aliases counted as what they repeat", line);
        }
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int line;

        TooLargeException(String message, int line) {
            super(message, null, false, false);
            this.line = line;
        }
    }
}
