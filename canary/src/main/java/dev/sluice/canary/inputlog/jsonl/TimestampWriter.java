package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.protocol.ByteSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes times in UTC to the microsecond, {@code 2026-03-01T12:00:00.000000Z}; what is finer is cut off. The text of a second is
 * kept for the next time in it.
 *
 * <p>Threading: confined to one thread.
 */
final class TimestampWriter {
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
    private static final int MICROS_DIGITS = 6;

    private byte[] text = new byte[0];
    private long second = Long.MIN_VALUE;

    /** Appends a time, without quotes. */
    void write(Instant time, ByteSink sink) {
        if (time.getEpochSecond() != second) {
            second = time.getEpochSecond();
            LocalDateTime utc = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
            text = (SECOND.format(utc) + ".000000Z").getBytes(StandardCharsets.US_ASCII);
        }
        int micros = time.getNano() / 1000;
        for (int i = text.length - 2, digits = 0; digits < MICROS_DIGITS; i--, digits++) {
            text[i] = (byte) ('0' + micros % 10);
            micros /= 10;
        }
        sink.put(text, 0, text.length);
    }
}
