package dev.sluice.protocol;

import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.TensorPool;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the body of an Open Inference Protocol V2 inference request: JSON, JSON followed by binary tensor data, or the raw
 * bytes of one tensor.
 *
 * <p>Strict about JSON and about everything that decides the answer; unknown fields are checked as JSON and ignored, and
 * {@code null} in place of {@code id}, {@code parameters} or {@code outputs} counts as absent. Numbers that do not fit their
 * datatype are refused, never rounded to infinity or wrapped. Elements go straight into one pooled block; nothing is
 * allocated per element. Where decoding fails, the block is given back.
 *
 * <p>Threading: confined to one thread at a time; holds scratch memory and refers to the last body until the next call.
 *
 * @see "Open Inference Protocol V2, REST; Triton's extensions: binary tensor data, classification, schedule policy"
 */
public final class InferRequestDecoder {
    /** The value of {@code jsonLength} that says that the whole body is JSON. */
    public static final int ALL_JSON = -1;

    private final CodecLimits limits;
    private final JsonScanner scanner;
    private final ParameterReader parameterReader;
    private final InputReader inputReader;
    private final DecodedInputs inputs = new DecodedInputs();
    private final BlockBuilder block;
    private final RepeatedBody repeated = new RepeatedBody();

    public InferRequestDecoder(TensorPool pool, CodecLimits limits) {
        this.limits = limits;
        this.scanner = new JsonScanner(limits);
        this.parameterReader = new ParameterReader(scanner, limits);
        this.inputReader = new InputReader(scanner, limits, parameterReader);
        this.block = new BlockBuilder(pool);
    }

    /**
     * Reads {@code body[offset, offset + length)}.
     *
     * @param jsonLength bytes of JSON at the start, as the header Inference-Header-Content-Length says, or {@link #ALL_JSON}
     * @return the request, which owns one reference of its inputs
     * @throws InferenceException INVALID_INPUT for anything malformed, UNIMPLEMENTED for sequences and shared memory,
     *     PAYLOAD_TOO_LARGE for texts or tensors beyond a limit, OVERLOADED when the pool is exhausted
     */
    public DecodedRequest decode(byte[] body, int offset, int length, int jsonLength) {
        Objects.checkFromIndexSize(offset, length, body.length);
        if (jsonLength != ALL_JSON && (jsonLength < 0 || jsonLength > length)) {
            throw InferenceException.invalidInput(
                    "Inference-Header-Content-Length must be between 0 and the length of the" + " body (" + length
                            + " bytes), got " + jsonLength);
        }
        try {
            return jsonLength == ALL_JSON
                    ? readJson(body, offset, offset + length)
                    : readRequest(body, offset, offset + jsonLength, offset + length, true);
        } finally {
            block.discard();
        }
    }

    private DecodedRequest readJson(byte[] body, int from, int to) {
        if (repeated.surrounds(body, from, to)) {
            scanner.reset(body, from, to);
            scanner.moveInto(from + repeated.beforeLength(), RepeatedBody.DATA_DEPTH);
            int data = repeated.readData(inputReader.dataReader(), block);
            if (repeated.isEndOfData(scanner.position(), to)) {
                return repeated.request(block, data);
            }
            block.discard();
        }
        DecodedRequest request = readRequest(body, from, to, to, false);
        if (inputs.size() == 1 && inputReader.dataFrom() >= 0) {
            repeated.learn(body, from, inputReader.dataFrom(), inputReader.dataTo(), to, inputs.get(0), request);
        }
        return request;
    }

    /**
     * Reads a body that is nothing but the bytes of the model's only input; every output is asked for in binary form.
     *
     * <p>The shape is the signature's: a dynamic first dimension of several is 1, and one further dynamic dimension follows
     * from the length of the body. For BYTES the body is the one element of a tensor whose dimensions are all 1.
     *
     * @throws InferenceException INVALID_INPUT if the model has several inputs or the length does not fit its shape
     */
    public DecodedRequest decodeRaw(byte[] body, int offset, int length, ModelSignature signature) {
        Objects.checkFromIndexSize(offset, length, body.length);
        try {
            return new RawBody(body, offset, length).read(signature, block);
        } finally {
            block.discard();
        }
    }

    private DecodedRequest readRequest(byte[] body, int from, int jsonEnd, int end, boolean binaryAllowed) {
        scanner.reset(body, from, jsonEnd);
        String id = "";
        Map<String, ParameterValue> parameters = Map.of();
        boolean hasInputs = false;
        AskedOutputs outputs = AskedOutputs.NONE;
        if (!scanner.atObject()) {
            throw scanner.wrongKind("the request", "an object");
        }
        JsonKeys keys = new JsonKeys();
        scanner.beginObject();
        while (scanner.nextKey()) {
            String key = scanner.key();
            scanner.requireNew(keys, key);
            switch (key) {
                case "id" -> id = readId();
                case "parameters" -> parameters = parameterReader.read("");
                case "inputs" -> {
                    readInputs();
                    hasInputs = true;
                }
                case "outputs" -> outputs = AskedOutputs.read(scanner, parameterReader, limits);
                default -> scanner.skipValue();
            }
        }
        scanner.requireEnd();
        if (!hasInputs) {
            throw InferenceException.invalidInput("the request: missing field 'inputs'");
        }
        RequestParameters rules = RequestParameters.of(parameters);
        copyBinary(body, jsonEnd, end, binaryAllowed);
        List<RequestedOutput> asked = outputs.resolve(rules.binaryOutput());
        return new DecodedRequest(
                id,
                rules.others(),
                inputs.finish(block),
                asked,
                rules.binaryOutput(),
                rules.timeoutMicros(),
                rules.priority());
    }

    private String readId() {
        if (scanner.tryLiteral("null")) {
            return "";
        }
        if (!scanner.atString()) {
            throw scanner.wrongKind("id", "a string");
        }
        return scanner.string();
    }

    private void readInputs() {
        if (!scanner.atArray()) {
            throw scanner.wrongKind("inputs", "an array");
        }
        inputs.clear();
        scanner.beginArray();
        while (scanner.nextElement()) {
            if (inputs.size() == limits.inputsMax()) {
                throw InferenceException.invalidInput("inputs must have at most " + limits.inputsMax() + " entries");
            }
            inputReader.read(inputs.size(), inputs.next(), block);
            inputs.added();
        }
    }

    /** Checks and copies the bytes behind the JSON to the inputs that announced them, in their order. */
    private void copyBinary(byte[] body, int from, int end, boolean allowed) {
        long announced = 0;
        for (int i = 0; i < inputs.size(); i++) {
            DecodedInput input = inputs.get(i);
            if (input.isBinary()) {
                if (!allowed) {
                    throw InferenceException.invalidInput(input.label()
                            + ": parameter 'binary_data_size' needs the header Inference-Header-Content-Length");
                }
                BinaryData.requireSize(input);
                // Each size is at most 2^63 - 1; saturates where the sum would not fit.
                announced = announced + input.binaryBytes() < 0 ? Long.MAX_VALUE : announced + input.binaryBytes();
            }
        }
        if (announced != end - from) {
            throw InferenceException.invalidInput("binary_data_size of all inputs is " + announced
                    + " bytes in total, but " + (end - from) + " bytes follow the JSON");
        }
        int at = from;
        for (int i = 0; i < inputs.size(); i++) {
            DecodedInput input = inputs.get(i);
            if (input.isBinary()) {
                int bytes = (int) input.binaryBytes();
                BinaryData.requireElements(input, body, at, bytes);
                int target = block.append(bytes);
                block.memory().put(target, body, at, bytes);
                input.setCopied(target, bytes);
                at += bytes;
            }
        }
    }
}
