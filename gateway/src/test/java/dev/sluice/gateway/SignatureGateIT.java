package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.Publication;
import dev.sluice.loader.repository.PublishListener;
import dev.sluice.loader.repository.Publisher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that its model's callers could not call. */
class SignatureGateIT {
    private static final String REASON =
            "step signature: it breaks callers of the version that serves: input 'x' is gone; 'signature: any' in the"
                    + " model's configuration allows it";

    @TempDir
    Path root;

    private Path repository = Path.of("");
    private RunningGateway gateway;

    @SuppressWarnings("NullAway.Init") // before each test
    SignatureGateIT() {}

    @BeforeEach
    void serveTheFirstVersion() throws Exception {
        repository = Files.createDirectories(root.resolve("models"));
        publish(1, "mlp");
        start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void start() {
        gateway = RunningGateway.start(repository, "state-dir=" + root.resolve("state"));
    }

    private void publish(long version, String model) throws Exception {
        Lineage lineage = new Lineage(
                Optional.of("abc123"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("risk team"),
                Optional.empty(),
                Optional.empty());
        new Publisher(InstantSource.system())
                .publish(
                        new Publication(
                                repository,
                                "m",
                                OptionalLong.of(version),
                                TestModels.folder(model).resolve("1"),
                                lineage),
                        (key, staged) -> {},
                        PublishListener.silent());
    }

    private String reasonOf(long version) {
        for (JsonNode entry : gateway.calls().post("/v2/repository/index", "").json()) {
            if (entry.path("version").asLong() == version) {
                return entry.path("reason").asText();
            }
        }
        return "missing";
    }

    private String served() {
        HttpCalls.Answer answer =
                new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(gateway.calls(), "m");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.header("sluice-version");
    }

    @Test
    void isRefusedNowAndAfterARestart() throws Exception {
        publish(2, "two-inputs");
        Await.until("version 2 is refused", () -> reasonOf(2).equals(REASON));
        assertThat(served()).isEqualTo("1");

        gateway.close();
        start();

        assertThat(served()).isEqualTo("1");
        assertThat(reasonOf(2)).isEqualTo(REASON);
    }

    @Test
    void servesWhereThatIsAllowed() throws Exception {
        Repositories.configure(repository, "m", "signature: any\n");
        publish(2, "two-inputs");

        Await.until("version 2 is ready", () -> reasonOf(2).isEmpty());
    }

    @Test
    void metadataSayWhereAVersionComesFrom() {
        JsonNode properties = gateway.calls().get("/v2/models/m").json().path("properties");

        assertThat(properties.path("lineage.source_commit").asText()).isEqualTo("abc123");
        assertThat(properties.path("lineage.owner").asText()).isEqualTo("risk team");
    }
}
