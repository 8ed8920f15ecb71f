package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with {@code log.rotated: parquet}. */
class LogTablesIT {
    @TempDir
    Path folder;

    @Test
    void makesTablesOfFilesThatHaveEnded() throws IOException {
        Path models = TestModels.copy(Files.createDirectories(folder.resolve("models")), "versions");
        Path log = folder.resolve("log");
        String[] settings = {"models.versions.log.enabled=true", "log.dir=" + log, "log.rotated=parquet"};
        try (RunningGateway server = RunningGateway.start(models, settings)) {
            HttpCalls.Answer answer = server.calls()
                    .post(
                            "/v2/models/versions/infer",
                            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}");
            assertThat(answer.status()).isEqualTo(200);
        }

        try (RunningGateway again = RunningGateway.start(models, settings)) {
            assertThat(again.port()).isPositive();
            Await.until("the first file is a table", () -> isTable(names(log)));
        }
    }

    private static boolean isTable(List<String> names) {
        return names.stream().anyMatch(name -> name.endsWith("-000001.parquet"))
                && names.stream().noneMatch(name -> name.endsWith(".jsonl"));
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
