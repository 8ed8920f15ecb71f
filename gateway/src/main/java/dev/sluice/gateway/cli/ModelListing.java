package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A control port's answers as text for people.
 *
 * <p>Threading: stateless.
 */
final class ModelListing {
    private ModelListing() {}

    private record Line(String model, String version, String state, String labels, String route, String reason) {}

    /** A table of all models and versions. */
    static String text(JsonNode list) {
        return table(list.path("models"));
    }

    /** A table of one model's versions. */
    static String versions(JsonNode model) {
        return table(List.of(model));
    }

    private static String table(Iterable<JsonNode> models) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("MODEL", "VERSION", "STATE", "LABELS", "ROUTE", "REASON"));
        for (JsonNode model : models) {
            add(model, lines);
        }
        int name = lines.stream().mapToInt(line -> line.model().length()).max().orElse(0);
        int labels =
                lines.stream().mapToInt(line -> line.labels().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            String row = String.format(
                    Locale.ROOT,
                    "%-" + name + "s  %7s  %-11s  %-" + labels + "s  %-7s  %s",
                    line.model(),
                    line.version(),
                    line.state(),
                    line.labels(),
                    line.route(),
                    line.reason());
            text.append(row.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static void add(JsonNode model, List<Line> lines) {
        String name = model.path("name").asText();
        JsonNode versions = model.path("versions");
        if (versions.isEmpty()) {
            String reason = model.path("reason").asText();
            lines.add(new Line(name, "-", "UNAVAILABLE", "-", "-", reason.isEmpty() ? "no versions" : reason));
        }
        for (JsonNode version : versions) {
            String number = version.path("version").asText();
            List<String> labels = new ArrayList<>();
            version.path("labels").forEach(label -> labels.add(label.asText()));
            lines.add(new Line(
                    name,
                    number,
                    version.path("state").asText(),
                    labels.isEmpty() ? "-" : String.join(",", labels),
                    number.equals(model.path("default_version").asText()) ? "default" : "-",
                    version.path("reason").asText()));
        }
    }

    /** Where a label went. */
    static String labelled(JsonNode change) {
        String what =
                change.path("model").asText() + ": " + change.path("label").asText();
        JsonNode from = change.path("from");
        if (change.path("to").isNull()) {
            return what + " is gone (was version " + from.asText() + ")\n";
        }
        boolean moved = !from.isNull() && !from.equals(change.path("to"));
        return what + " is version " + change.path("to").asText() + " now"
                + (moved ? " (was version " + from.asText() + ")" : "") + "\n";
    }

    /** What a rollback did. */
    static String rolledBack(JsonNode rollback) {
        JsonNode from = rollback.path("from");
        return rollback.path("model").asText() + ": from "
                + (from.isNull() ? "no version" : "version " + from.asText()) + " to version "
                + rollback.path("to").asText()
                + (rollback.path("immediate").asBoolean() ? ", at once" : ", after loading it")
                + "\n";
    }
}
