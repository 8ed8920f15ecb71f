package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings from the command line: {@code key.path=value}.
 *
 * <p>The value is text as it stands, except that {@code [a, b]} is a list and <code>{a: b}</code> a mapping, as in YAML. A
 * segment of the path that holds a dot is quoted: {@code models."resnet.v2".device=cuda:0}.
 *
 * <p>Threading: stateless.
 */
public final class SettingsAssignment {
    /** The option's name, and the start of its places. */
    static final String OPTION = "--set";

    private SettingsAssignment() {}

    /**
     * One layer an assignment, the last assignment first, because the last one wins.
     *
     * @param assignments as given after {@code --set}
     */
    public static List<SettingsLayer> read(List<String> assignments, Problems problems) {
        List<SettingsLayer> layers = new ArrayList<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            String path = equals < 0 ? keyLike(assignment) : assignment.substring(0, equals);
            Place place = Place.file(path.isEmpty() ? OPTION : OPTION + " " + path);
            List<String> segments = KeyPath.split(path);
            if (equals < 0 || segments.isEmpty()) {
                problems.add(place, "", "must look like key.path=value");
                continue;
            }
            SettingsNode value = value(place, path, assignment.substring(equals + 1), problems);
            for (int i = segments.size() - 1; i > 0; i--) {
                value = new SettingsNode.Mapping(place, Map.of(segments.get(i), new SettingsNode.Entry(place, value)));
            }
            layers.add(
                    0,
                    SettingsLayer.top(new SettingsNode.Mapping(
                            place, Map.of(segments.get(0), new SettingsNode.Entry(place, value)))));
        }
        return List.copyOf(layers);
    }

    private static SettingsNode value(Place place, String path, String text, Problems problems) {
        if (text.startsWith("[") || text.startsWith("{")) {
            return YamlComposer.compose(line -> place, path, text, problems);
        }
        return new SettingsNode.Scalar(place, text, true);
    }

    /** The part of the text that can be a key: what follows may be a secret and must not be repeated. */
    private static String keyLike(String text) {
        int end = 0;
        while (end < text.length()
                && (Character.isLetterOrDigit(text.charAt(end)) || ".-_".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return text.substring(0, end);
    }
}
