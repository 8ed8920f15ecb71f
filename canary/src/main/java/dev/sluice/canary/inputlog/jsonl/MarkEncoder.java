package dev.sluice.canary.inputlog.jsonl;

import dev.sluice.canary.inputlog.DropReason;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.JsonWriter;
import java.time.Instant;
import java.util.Map;

/**
 * Writes the lines between the records: the head of a segment, and the ends of windows.
 *
 * <p>Threading: confined to one thread.
 */
final class MarkEncoder {
    private static final int HEX_DIGITS = 8;

    private final TimestampWriter times = new TimestampWriter();

    /** Eight hex digits. */
    static String hex(int checksum) {
        String digits = Integer.toHexString(checksum);
        return "0".repeat(HEX_DIGITS - digits.length()) + digits;
    }

    /** Appends the first line of a segment. */
    void segment(LogLine.Segment segment, ByteSink sink) {
        JsonWriter json = sink.json();
        json.raw("{\"schema\":").signed(segment.schema());
        json.raw(",\"type\":\"segment\",\"instance\":").string(segment.instance());
        json.raw(",\"sequence\":").signed(segment.sequence());
        json.raw(",\"first_window\":").signed(segment.firstWindow());
        time(",\"created\":\"", segment.created(), sink);
        json.raw(",\"server\":").string(segment.server()).raw("}\n");
    }

    /** Appends the last line of a window. */
    void window(LogLine.Window window, ByteSink sink) {
        WindowCounts counts = window.counts();
        JsonWriter json = sink.json();
        json.raw("{\"schema\":").signed(LineParser.SCHEMA);
        json.raw(",\"type\":\"window\",\"window\":").signed(counts.number());
        time(",\"from\":\"", counts.from(), sink);
        time(",\"to\":\"", counts.to(), sink);
        json.raw(",\"received\":").signed(counts.received());
        json.raw(",\"logged\":").signed(counts.logged());
        json.raw(",\"digests\":").signed(counts.digests());
        json.raw(",\"sampled_out\":").signed(counts.sampledOut());
        json.raw(",\"dropped\":{");
        String separator = "\"";
        for (DropReason reason : DropReason.values()) {
            Map<DropReason, Long> dropped = counts.dropped();
            if (dropped.containsKey(reason)) {
                json.raw(separator).raw(reason.word()).raw("\":").signed(dropped.getOrDefault(reason, 0L));
                separator = ",\"";
            }
        }
        json.raw("},\"crc32c\":\"").raw(hex(window.crc32c()));
        json.raw(window.interrupted() ? "\",\"interrupted\":true}\n" : "\"}\n");
    }

    private void time(String key, Instant time, ByteSink sink) {
        sink.put(key);
        times.write(time, sink);
        sink.put("\"");
    }
}
