package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads request bodies from files: one request a file, JSON or JSON followed by binary tensors, or one JSON request a
 * line in files that end in {@code .jsonl} or {@code .ndjson}.
 *
 * <p>Threading: stateless; reads blocking.
 */
final class BodyFiles {
    private static final int BODY_COUNT_MAX = 100_000;

    private BodyFiles() {}

    /**
     * All bodies, in the order of the files.
     *
     * @throws IllegalArgumentException if a file cannot be read or holds no request
     */
    static List<RequestBody> read(List<Path> files) {
        List<RequestBody> bodies = new ArrayList<>();
        for (Path file : files) {
            try {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
                    readLines(file, bodies);
                } else {
                    bodies.add(request(Files.readAllBytes(file), file.toString()));
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("--body " + file + " cannot be read: " + e.getMessage(), e);
            }
            if (bodies.size() > BODY_COUNT_MAX) {
                throw new IllegalArgumentException("--body must hold at most " + BODY_COUNT_MAX + " requests");
            }
        }
        return List.copyOf(bodies);
    }

    private static void readLines(Path file, List<RequestBody> bodies) throws IOException {
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                RequestBody body = request(line.getBytes(StandardCharsets.UTF_8), file + ":" + number);
                if (body.isBinary()) {
                    throw new IllegalArgumentException(file + ":" + number + " must hold one JSON object");
                }
                bodies.add(body);
            }
        }
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException(file + " must hold a request a line, got none");
        }
    }

    /** A JSON object, and after it nothing, or the binary tensors that it announces. */
    private static RequestBody request(byte[] bytes, String origin) {
        try (JsonParser parser = new JsonFactory().createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(origin + " must hold a V2 request, a JSON object");
            }
            parser.skipChildren();
            int end = (int) parser.currentLocation().getByteOffset();
            return isBlank(bytes, end) ? RequestBody.json(bytes) : RequestBody.binary(bytes, end);
        } catch (IOException e) {
            throw new IllegalArgumentException(origin + " must hold a V2 request, a JSON object", e);
        }
    }

    private static boolean isBlank(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
