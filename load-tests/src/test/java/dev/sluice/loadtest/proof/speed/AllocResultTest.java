package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocResultTest {
    @TempDir
    Path checkout;

    private final Ledger ledger = new Ledger();

    private GoalResult heapBytes() {
        return ledger.results(EnumSet.of(Goal.HEAP_BYTES), true).get(0);
    }

    @Test
    void noteNamesTheFolderAndTheDayOfTheNewestResult() throws IOException {
        write("alloc-20260101T000000Z", 700, "2026-01-01T00:10:00Z");
        write("alloc-20260102T000000Z", 500, "2026-01-02T00:10:00Z");

        AllocResult.read(AllocResult.newest(checkout), ledger);

        assertThat(heapBytes().judged()).isEqualTo(500);
        assertThat(heapBytes().note())
                .isEqualTo("heap bytes per request, by prove alloc: alloc-20260102T000000Z of 2026-01-02");
    }

    @Test
    void isMeasuredElsewhereAsLongAsThereIsNoResult() throws IOException {
        AllocResult.read(AllocResult.newest(checkout), ledger);

        assertThat(heapBytes().verdict()).isEqualTo(Verdict.ELSEWHERE);
    }

    private void write(String folder, int bytes, String time) throws IOException {
        Path result = Files.createDirectories(checkout.resolve("proofs-out").resolve(folder))
                .resolve("result.json");
        Files.writeString(
                result,
                "{\"goals\":[{\"what\":\"heap bytes per request\",\"measured\":" + bytes
                        + "},{\"what\":\"growth\",\"measured\":1}]}");
        Files.setLastModifiedTime(result, FileTime.from(Instant.parse(time)));
    }
}
