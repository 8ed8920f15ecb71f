package dev.sluice.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Requests with repeated heads, and what is the same about their answers. */
final class KnownHeadRequests {
    static final String INFER = "/v2/models/identity-int32/infer";
    static final String LIVE = "GET /v2/health/live HTTP/1.1\r\nHost: t\r\n\r\n";

    private KnownHeadRequests() {}

    /** A body whose answer can be told from others. */
    static String body(int value) {
        return "{\"id\":\"v" + value
                + "\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT32\",\"shape\":[1,1],\"data\":[" + value + "]}]}";
    }

    /** A prediction with more lines in its head. */
    static String infer(int value, String... lines) {
        return post(INFER, body(value), lines);
    }

    static String post(String path, String body, String... lines) {
        return withLines(RawHttp.post(path, body), lines);
    }

    private static String withLines(String request, String... lines) {
        StringBuilder more = new StringBuilder("Host: t\r\n");
        for (String line : lines) {
            more.append(line).append("\r\n");
        }
        return request.replaceFirst("Host: t\r\n", more.toString());
    }

    /** Text whose characters are the bytes of a request. */
    static byte[] bytes(String request) {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A connection on which the head of {@link #infer} is known. */
    static RawHttp taught(RunningGateway gateway) throws IOException {
        RawHttp raw = new RawHttp(gateway.port());
        for (int i = 0; i < 2; i++) {
            raw.send(infer(i)).readExactly();
        }
        return raw;
    }

    /** Requests that were taken past the HTTP engine. */
    static double takenCount(RunningGateway gateway) {
        return MetricsPage.of(gateway).value("sluice_http_known_heads_total");
    }

    /** An answer without what is new in each: ids, spans, and times. */
    static String withoutIds(String answer) {
        return answer.replaceAll("traceparent: 00-([0-9a-f]{32})-[0-9a-f]{16}", "traceparent: $1 of the client")
                .replaceAll("(?<!: )\\b[0-9a-f]{32}\\b(?! of)|(?<=sluice-prediction-id: )[0-9a-f]{32}", "ID")
                .replaceAll("[0-9]+ ms", "N ms");
    }
}
