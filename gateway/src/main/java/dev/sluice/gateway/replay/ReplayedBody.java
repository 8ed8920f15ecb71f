package dev.sluice.gateway.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A logged request that asks for all outputs, in binary form so that no bit of them is lost. The inputs keep their bytes; only
 * {@code outputs} goes, and {@code binary_data_output} comes.
 *
 * <p>Threading: thread-safe.
 */
final class ReplayedBody {
    private static final String BINARY = "binary_data_output";

    private final ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    /** Makes it. */
    LoggedBody of(LoggedBody logged) throws IOException {
        byte[] bytes = logged.bytes();
        int end = logged.jsonLength() < 0 ? bytes.length : logged.jsonLength();
        ByteArrayOutputStream made = new ByteArrayOutputStream(bytes.length + 64);
        ObjectNode parameters = mapper.createObjectNode();
        made.write('{');
        try (JsonParser parser = mapper.getFactory().createParser(bytes, 0, end)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the logged request must be an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                if (field.equals("parameters")) {
                    if (mapper.readTree(parser) instanceof ObjectNode given) {
                        parameters = given;
                    }
                } else {
                    parser.skipChildren();
                    parser.finishToken();
                    int to = (int) parser.currentLocation().getByteOffset();
                    if (!field.equals("outputs")) {
                        made.write(mapper.writeValueAsBytes(field));
                        made.write(':');
                        made.write(bytes, from, to - from);
                        made.write(',');
                    }
                }
            }
        }
        parameters.put(BINARY, true);
        made.write(("\"parameters\":" + parameters + "}").getBytes(StandardCharsets.UTF_8));
        int jsonLength = made.size();
        made.write(bytes, end, bytes.length - end);
        return new LoggedBody(made.toByteArray(), logged.jsonLength() < 0 ? -1 : jsonLength);
    }
}
