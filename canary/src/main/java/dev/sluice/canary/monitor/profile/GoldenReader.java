package dev.sluice.canary.monitor.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the member {@code golden} of a profile; unknown members are refused.
 *
 * <p>Threading: confined to one thread.
 */
final class GoldenReader {
    private static final int OUTPUTS_MAX = 1024;
    private static final int NAME_LENGTH_MAX = 1024;

    private final JsonCursor json;
    private final List<GoldenRow> rows = new ArrayList<>();
    private final Map<String, Tolerance> byOutput = new HashMap<>();
    private Tolerance overall = Tolerance.DEFAULT;

    GoldenReader(JsonCursor json) {
        this.json = json;
    }

    GoldenRows read() throws ProfileException {
        json.members(key -> {
            switch (key) {
                case "tolerance" -> overall = readTolerance();
                case "output_tolerances" ->
                    json.members(output -> {
                        if (byOutput.size() == OUTPUTS_MAX) {
                            throw json.broken("is more than " + OUTPUTS_MAX + " tolerances");
                        }
                        byOutput.put(output, readTolerance());
                    });
                case "rows" -> json.elements(GoldenRows.ROWS_MAX, () -> rows.add(readRow()));
                default -> throw unknown("tolerance, output_tolerances and rows");
            }
        });
        return new GoldenRows(rows, overall, byOutput);
    }

    private Tolerance readTolerance() throws ProfileException {
        ProfileReader.Holder<Double> relative = new ProfileReader.Holder<>();
        ProfileReader.Holder<Double> absolute = new ProfileReader.Holder<>();
        json.members(key -> {
            switch (key) {
                case "rtol" -> relative.value = json.number();
                case "atol" -> absolute.value = json.number();
                default -> throw unknown("rtol and atol");
            }
        });
        try {
            return new Tolerance(
                    relative.optional().orElse(Tolerance.DEFAULT.relative()),
                    absolute.optional().orElse(Tolerance.DEFAULT.absolute()));
        } catch (IllegalArgumentException e) {
            throw json.broken("is no tolerance: " + e.getMessage());
        }
    }

    private GoldenRow readRow() throws ProfileException {
        ProfileReader.Holder<GoldenRow.Source> source = new ProfileReader.Holder<>();
        ProfileReader.Holder<String> inputs = new ProfileReader.Holder<>();
        ProfileReader.Holder<String> outputs = new ProfileReader.Holder<>();
        json.members(key -> {
            switch (key) {
                case "source" -> source.value = readSource();
                case "inputs" -> inputs.value = json.rawArray();
                case "outputs" -> outputs.value = json.rawArray();
                default -> throw unknown("source, inputs and outputs");
            }
        });
        if (source.value == null || inputs.value == null || outputs.value == null) {
            throw json.broken("must have source, inputs and outputs");
        }
        return new GoldenRow(source.value, inputs.value, outputs.value);
    }

    private GoldenRow.Source readSource() throws ProfileException {
        String word = json.string(NAME_LENGTH_MAX);
        for (GoldenRow.Source source : GoldenRow.Source.values()) {
            if (source.word().equals(word)) {
                return source;
            }
        }
        throw json.wrong("training or self-derived");
    }

    private ProfileException unknown(String known) {
        return json.broken("is not known; there may be " + known);
    }
}
