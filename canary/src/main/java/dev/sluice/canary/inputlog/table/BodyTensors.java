package dev.sluice.canary.inputlog.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.InferRequestDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the tensors of logged requests and responses.
 *
 * <p>A response is read as the request whose inputs are its outputs: the protocol writes both alike.
 *
 * <p>Threading: confined to one thread at a time.
 */
public final class BodyTensors {
    private static final long POOL_BYTES_MAX = 4L << 30;
    private static final byte[] BEFORE = "{\"inputs\":".getBytes(StandardCharsets.US_ASCII);

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(CodecLimits.DEFAULT.textBytesMax())
                    .build())
            .build();
    private final InferRequestDecoder decoder =
            new InferRequestDecoder(new TensorPool(POOL_BYTES_MAX), CodecLimits.DEFAULT);

    /**
     * The inputs of a request.
     *
     * @return in the order sent; the caller releases them
     * @throws InferenceException INVALID_INPUT if the body is no request of the protocol
     */
    public TensorSet inputs(LoggedBody request) {
        byte[] bytes = request.bytes();
        return decoder.decode(bytes, 0, bytes.length, request.jsonLength()).inputs();
    }

    /**
     * The outputs of a response.
     *
     * @return in the order written; the caller releases them
     * @throws InferenceException INVALID_INPUT if the body is no response of the protocol
     */
    public TensorSet outputs(LoggedBody response) {
        byte[] bytes = response.bytes();
        int jsonEnd = response.jsonLength() < 0 ? bytes.length : response.jsonLength();
        int from;
        int to;
        try (JsonParser parser = json.createParser(bytes, 0, jsonEnd)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw InferenceException.invalidInput("the response must be an object");
            }
            while (!"outputs".equals(parser.nextFieldName())) {
                if (parser.currentToken() != JsonToken.FIELD_NAME) {
                    throw InferenceException.invalidInput("the response: missing field 'outputs'");
                }
                parser.nextToken();
                parser.skipChildren();
            }
            parser.nextToken();
            from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            to = (int) parser.currentLocation().getByteOffset();
        } catch (IOException e) {
            throw InferenceException.invalidInput("the response is no JSON: " + e.getMessage());
        }
        int json = BEFORE.length + to - from + 1;
        byte[] body = new byte[json + bytes.length - jsonEnd];
        System.arraycopy(BEFORE, 0, body, 0, BEFORE.length);
        System.arraycopy(bytes, from, body, BEFORE.length, to - from);
        body[json - 1] = '}';
        System.arraycopy(bytes, jsonEnd, body, json, bytes.length - jsonEnd);
        int jsonLength = response.jsonLength() < 0 ? InferRequestDecoder.ALL_JSON : json;
        return decoder.decode(body, 0, body.length, jsonLength).inputs();
    }
}
