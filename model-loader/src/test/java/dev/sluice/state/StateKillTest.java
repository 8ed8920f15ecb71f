package dev.sluice.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed; what it had said to be written is there, and nothing is there by half. */
class StateKillTest {
    private static final int KILLS = 5;
    private static final int WRITES_BETWEEN = 20;

    @TempDir
    Path folder;

    @Test
    void whatWasSavedSurvivesAKillInTheMiddleOfWrites() throws IOException, InterruptedException {
        for (int kill = 1; kill <= KILLS; kill++) {
            long said = writeUntilKilled();

            try (StateStore store = StateStore.open(folder, Optional.empty())) {
                long found = versionOf(store, "a");
                assertThat(found)
                        .as("the last write that was reported, or the next")
                        .isIn(said, said + 1);
                for (String model : StateWriterMain.MODELS) {
                    assertThat(versionOf(store, model)).isEqualTo(found);
                    assertThat(store.model(model).served())
                            .last()
                            .extracting(ServedVersion::version)
                            .isEqualTo(found);
                }
                assertThat(store.audit(1)).extracting(AuditEntry::detail).containsExactly(Long.toString(found));
            }
        }
    }

    private static long versionOf(StateStore store, String model) {
        SavedLabel stable = store.model(model).labels().get("stable");
        return stable == null ? 0 : stable.version();
    }

    /** The number of the last write that the process reported. */
    private long writeUntilKilled() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StateWriterMain.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader()) {
            long said = 0;
            String line;
            for (int i = 0; (line = out.readLine()) != null; i++) {
                said = Long.parseLong(line);
                if (i == WRITES_BETWEEN) {
                    process.toHandle().destroyForcibly(); // the process itself would close what is read here
                }
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return said;
        }
    }
}
