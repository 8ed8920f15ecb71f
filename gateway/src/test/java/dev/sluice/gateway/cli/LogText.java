package dev.sluice.gateway.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Writes segments of an input log, line by line. */
final class LogText {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final StringBuilder text = new StringBuilder();
    private int records;

    LogText() {
        text.append(
                "{\"schema\":1,\"type\":\"segment\",\"instance\":\"0123456789abcdef\",\"sequence\":1,\"first_window\":1,"
                        + "\"created\":\"2026-03-01T12:00:00.000000Z\",\"server\":\"sluice 0.1.0\"}\n");
    }

    /** A record of {@code times@1}: y = x. */
    LogText answered(float x) {
        return line(
                "stable",
                ",\"response\":{\"model_name\":\"times\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"y\","
                        + "\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[" + x + "," + x + "]}]}",
                x);
    }

    /** A record that failed. */
    LogText failed(String code, float x) {
        return line("canary", ",\"error\":{\"code\":\"" + code + "\",\"message\":\"too late\"}", x);
    }

    /** A record with more fields. */
    LogText with(String fields, float x) {
        return line("stable", fields, x);
    }

    private LogText line(String arm, String fields, float x) {
        records++;
        return raw(String.format(
                Locale.ROOT,
                "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"p-%d\",\"time\":\"%s.000000Z\","
                        + "\"client_id\":\"c-%d\",\"model\":\"times\",\"version\":1,\"arm\":\"%s\",\"reason\":\"route\","
                        + "\"latency_ns\":{\"total\":2000000,\"queue\":0,\"input\":0,\"infer\":1000,\"output\":0},"
                        + "\"batch_rows\":1,\"sampling\":{\"by\":\"share\",\"probability\":0.5}%s,"
                        + "\"request\":{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],"
                        + "\"data\":[%s,%s]}]}}\n",
                records,
                START.plusSeconds(records).toString().replace("Z", ""),
                records,
                arm,
                fields,
                x,
                x));
    }

    LogText raw(String line) {
        text.append(line);
        return this;
    }

    /** The end of a window with all records so far. */
    LogText window() {
        CRC32C checksum = new CRC32C();
        text.toString()
                .lines()
                .filter(line -> line.contains("\"prediction\""))
                .forEach(line -> checksum.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return raw(String.format(
                Locale.ROOT,
                "{\"schema\":1,\"type\":\"window\",\"window\":1,\"from\":\"2026-03-01T12:00:00.000000Z\","
                        + "\"to\":\"2026-03-01T12:00:10.000000Z\",\"received\":%d,\"logged\":%d,\"digests\":0,"
                        + "\"sampled_out\":4,\"dropped\":{\"queue_full\":3},\"crc32c\":\"%08x\"}\n",
                records + 7,
                records,
                checksum.getValue()));
    }

    Path write(Path folder) throws IOException {
        return write(folder, "sluice-20260301T120000Z-0123456789abcdef-000001.jsonl");
    }

    Path write(Path folder, String name) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
