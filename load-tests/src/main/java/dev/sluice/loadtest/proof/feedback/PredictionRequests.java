package dev.sluice.loadtest.proof.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.proof.versions.NumberedModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Requests of one to {@value #ROWS_MAX} rows.
 *
 * <p>Threading: immutable.
 */
final class PredictionRequests {
    static final int ROWS_MAX = 16;

    private final Map<Integer, String> byRows = new HashMap<>();

    PredictionRequests(NumberedModel model) throws IOException {
        JsonNode input = new ObjectMapper().readTree(model.request()).at("/inputs/0");
        String data = input.get("data").toString();
        String row = data.substring(1, data.length() - 1);
        for (int rows = 1; rows <= ROWS_MAX; rows++) {
            byRows.put(
                    rows,
                    "{\"inputs\":[{\"name\":" + input.get("name") + ",\"shape\":[" + rows + ","
                            + input.at("/shape/1").asInt() + "],\"datatype\":\"FP32\",\"data\":["
                            + (row + ",").repeat(rows - 1) + row + "]}]}");
        }
    }

    /** The body with so many rows. */
    String of(int rows) {
        return byRows.getOrDefault(rows, "");
    }
}
