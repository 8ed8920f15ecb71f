package dev.sluice.loadtest.proof.inputlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.proof.server.PrometheusText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    private static final String INSTANCE = "0123456789abcdef";
    private static final String HEAD = "{\"schema\":1,\"type\":\"segment\",\"instance\":\"" + INSTANCE + "\"}\n";

    @TempDir
    private Path folder = Path.of("");

    private static String record(String id) {
        return "{\"schema\":1,\"type\":\"prediction\",\"prediction_id\":\"" + id
                + "\",\"request\":{\"inputs\":[]},\"response\":{\"outputs\":[]}}\n";
    }

    private static String window(long received, long logged, long dropped, String records) {
        CRC32C checksum = new CRC32C();
        checksum.update(records.getBytes(StandardCharsets.UTF_8));
        return "{\"schema\":1,\"type\":\"window\",\"received\":" + received + ",\"logged\":" + logged
                + ",\"sampled_out\":0,\"dropped\":{\"queue_full\":" + dropped + "},\"crc32c\":\""
                + String.format("%08x", checksum.getValue()) + "\"}\n";
    }

    private void write(String suffix, String text) throws IOException {
        Files.writeString(folder.resolve("sluice-20261124T020304Z-" + INSTANCE + "-000001" + suffix), text);
    }

    @Test
    void readsRecordsAndWindows() throws IOException {
        String records = record("a") + record("b");
        write(".jsonl", HEAD + records + window(5, 2, 3, records));
        LogFiles files = new LogFiles(folder);

        InstanceLog log = files.read(INSTANCE);

        assertThat(files.instances()).containsExactly(INSTANCE);
        assertThat(files.hasOpen(INSTANCE)).isFalse();
        assertThat(log.records()).isEqualTo(2);
        assertThat(log.windows()).isEqualTo(new ChannelCounts(5, 2, 3, 0, 0, false));
        assertThat(files.idCount()).isEqualTo(2);
        assertThat(files.flaws()).isEmpty();
    }

    @Test
    void prefersTheCompressedFileOfASegment() throws IOException {
        String text = HEAD + record("a") + window(1, 1, 0, record("a"));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        write(".jsonl", text);
        Files.write(
                folder.resolve("sluice-20261124T020304Z-" + INSTANCE + "-000001.jsonl.gz"), compressed.toByteArray());
        LogFiles files = new LogFiles(folder);

        assertThat(files.read(INSTANCE).records()).isEqualTo(1);
        assertThat(files.flaws()).isEmpty();
    }

    @Test
    void findsWhatIsWrong() throws IOException {
        String records = record("a") + record("a");
        write(
                ".jsonl",
                HEAD + records + window(3, 2, 0, record("a")) + window(2, 2, 0, "") + "what?\n" + "{\"type\":\"pre");
        LogFiles files = new LogFiles(folder);

        files.read(INSTANCE);

        assertThat(files.flaws())
                .hasSize(6)
                .anyMatch(flaw -> flaw.contains("'a' is there twice"))
                .anyMatch(flaw -> flaw.contains("checksum"))
                .anyMatch(flaw -> flaw.contains("received must be"))
                .anyMatch(flaw -> flaw.contains("says that 2 records are logged, there are 0"))
                .anyMatch(flaw -> flaw.endsWith("no line of the log: what?"))
                .anyMatch(flaw -> flaw.endsWith("the last line is torn"));
    }

    @Test
    void leavesTheTornEndOfAnOpenFileAlone() throws IOException {
        write(".jsonl.open", HEAD + record("a") + "{\"type\":\"pre");
        LogFiles files = new LogFiles(folder);

        InstanceLog log = files.read(INSTANCE);

        assertThat(files.hasOpen(INSTANCE)).isTrue();
        assertThat(log.openSegments()).isEqualTo(1);
        assertThat(files.flaws()).isEmpty();
    }

    @Test
    void readsTheCountsOfAChannel() {
        PrometheusText page = new PrometheusText("""
                sluice_log_received_total{channel="file"} 9.0
                sluice_log_received_total{channel="events"} 1.0
                sluice_log_logged_total{channel="file"} 4.0
                sluice_log_dropped_total{channel="file",reason="queue_full"} 2.0
                sluice_log_dropped_total{channel="file",reason="stopped"} 1.0
                sluice_log_pending{channel="file"} 2.0
                sluice_log_failing{channel="file"} 1.0
                """);

        ChannelCounts counts = ChannelCounts.of(page, "file");

        assertThat(counts).isEqualTo(new ChannelCounts(9, 4, 3, 0, 2, true));
        assertThat(counts.addsUp()).isTrue();
        assertThat(ChannelCounts.of(page, "events").addsUp()).isFalse();
    }
}
