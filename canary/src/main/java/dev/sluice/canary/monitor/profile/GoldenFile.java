package dev.sluice.canary.monitor.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Golden rows as a training job writes them: a JSON list of objects, or one object a line.
 *
 * <p>An object is {@code {"inputs": …, "outputs": …}}, or the inputs alone, by name; then the outputs may come from a second
 * file of as many objects. NaN and the infinities may be bare words, as Python writes them. At most {@value
 * GoldenRows#ROWS_MAX} rows and {@value ProfileReader#BYTES_MAX} bytes.
 *
 * <p>Threading: stateless; blocks on the file system.
 *
 * @see "docs/profiles.md"
 */
final class GoldenFile {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()
            .readerFor(JsonNode.class);

    /**
     * One row as it was written.
     *
     * @param place what messages call it
     * @param outputs null when there are none
     */
    record Row(String place, JsonNode inputs, @Nullable JsonNode outputs) {}

    private GoldenFile() {}

    /**
     * Reads rows.
     *
     * @param expected outputs of the rows, in their order
     * @throws ProfileException if a file cannot be read or has another form
     */
    static List<Row> read(Path file, Optional<Path> expected) throws ProfileException {
        List<JsonNode> values = objects(file);
        List<JsonNode> outputs = expected.isPresent() ? objects(expected.get()) : List.of();
        if (expected.isPresent() && outputs.size() != values.size()) {
            throw new ProfileException(expected.get().getFileName() + " has " + outputs.size() + " rows, "
                    + file.getFileName() + " has " + values.size());
        }
        List<Row> rows = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            String place = file.getFileName() + " row " + i;
            JsonNode value = values.get(i);
            JsonNode inputs = value.get("inputs");
            boolean both = inputs != null && inputs.isContainerNode();
            JsonNode own = both ? value.get("outputs") : null;
            if (own != null && expected.isPresent()) {
                throw new ProfileException(place + ": has outputs of its own, and --expected has others");
            }
            rows.add(new Row(place, both ? inputs : value, expected.isPresent() ? outputs.get(i) : own));
        }
        return rows;
    }

    private static List<JsonNode> objects(Path file) throws ProfileException {
        List<JsonNode> values = new ArrayList<>();
        try (MappingIterator<JsonNode> iterator = READER.readValues(ProfileReader.text(file))) {
            while (iterator.hasNextValue()) {
                JsonNode value = iterator.nextValue();
                if (values.size() == GoldenRows.ROWS_MAX) {
                    throw new ProfileException(file.getFileName() + ": has more than " + GoldenRows.ROWS_MAX + " rows");
                }
                if (!value.isObject()) {
                    throw new ProfileException(file.getFileName() + " row " + values.size()
                            + ": must be an object, got " + value.getNodeType());
                }
                values.add(value);
            }
        } catch (JsonProcessingException e) {
            throw new ProfileException(
                    file.getFileName() + ": is not JSON: "
                            + String.valueOf(e.getOriginalMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ")"),
                    e);
        } catch (IOException e) {
            throw new ProfileException(file.getFileName() + ": cannot be read: " + e.getMessage(), e);
        }
        if (values.isEmpty()) {
            throw new ProfileException(file.getFileName() + ": has no rows");
        }
        return values;
    }
}
