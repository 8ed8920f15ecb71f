package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.Lineage;
import dev.sluice.loader.repository.Publication;
import dev.sluice.loader.repository.PublishListener;
import dev.sluice.loader.repository.Publisher;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that come while requests run; version N of the model answers N times the input. */
class ReconcilePublishIT {
    private static final String BODY =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,1]}]}";
    /** A second is what a quiet machine needs at most; tests share theirs with others. */
    private static final Duration PUBLISH_TIME_MAX = Duration.ofSeconds(4);

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger answers = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    @TempDir
    Path root;

    private Path repository = Path.of("");
    private RunningGateway gateway;
    private Thread client = new Thread();

    @SuppressWarnings("NullAway.Init") // before each test
    ReconcilePublishIT() {}

    @BeforeEach
    void serveOneVersion() throws IOException {
        repository = Files.createDirectories(root.resolve("models"));
        Repositories.configure(repository, "times", "labels: {}\n");
        Repositories.copyVersion(repository, "versions", "times", 1);
        gateway = RunningGateway.start(repository, "watch.settle=1s");
        client = new Thread(this::ask);
        client.start();
        Await.until("version 1 answers", () -> answer() == 1);
    }

    @AfterEach
    void noRequestFailed() throws InterruptedException {
        stop.set(true);
        client.join();
        gateway.close();
        assertThat(failures).isEmpty();
        assertThat(answers.get()).isPositive();
    }

    @Test
    void aPublishedVersionAnswersSoonAndNoRequestFails() throws Exception {
        long begin = System.nanoTime();
        publish(2, TestModels.folder("versions").resolve("2"));

        Await.until("version 2 answers", () -> answer() == 2);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PUBLISH_TIME_MAX);
        assertThat(gateway.metrics().get("/metrics").text())
                .contains("sluice_repository_scan_failures_total 0.0")
                .contains("sluice_repository_read_retries_total 0.0")
                .contains("sluice_repository_scans_total")
                .contains("sluice_repository_watched_folders");
    }

    @Test
    void aHalfWrittenVersionIsNeverSeen() throws Exception {
        byte[] model = Files.readAllBytes(TestModels.folder("versions").resolve("3/model.onnx"));
        Path folder = Files.createDirectories(repository.resolve("times/3"));
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.onnx"))) {
            for (int part = 0; part < 10; part++) {
                out.write(model, part * model.length / 10, (part + 1) * model.length / 10 - part * model.length / 10);
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
                assertThat(stateOf(3)).isEmpty();
            }
        }

        Await.until("version 3 answers", () -> answer() == 3);
    }

    @Test
    void aBrokenVersionIsQuarantinedAndTheOldOneKeepsServing() throws Exception {
        byte[] model = Files.readAllBytes(TestModels.folder("versions").resolve("2/model.onnx"));
        Path cutOff = Files.createDirectories(root.resolve("cut-off"));
        Files.write(cutOff.resolve("model.onnx"), Arrays.copyOf(model, model.length / 2));
        publish(2, cutOff);
        Await.until("version 2 is refused", () -> stateOf(2).startsWith("UNAVAILABLE"));
        assertThat(answer()).isEqualTo(1);

        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Path tampered = publish(elsewhere, 3, TestModels.folder("versions").resolve("3"));
        model[model.length / 2]++;
        Files.write(tampered.resolve("model.onnx"), model);
        Files.move(tampered, repository.resolve("times/3"));
        Await.until("version 3 is refused", () -> stateOf(3).startsWith("UNAVAILABLE"));
        assertThat(stateOf(3)).contains("checksum").contains("SHA-256");
        assertThat(answer()).isEqualTo(1);
    }

    @Test
    void aRepositoryThatIsGoneForAWhileTakesNothingAway() throws Exception {
        Files.move(repository, root.resolve("away"));
        Await.until(
                "it is missed",
                () -> !gateway.metrics().get("/metrics").text().contains("sluice_repository_scan_failures_total 0.0"));
        assertThat(answer()).isEqualTo(1);
        Files.move(root.resolve("away"), repository);

        publish(2, TestModels.folder("versions").resolve("2"));

        Await.until("version 2 answers", () -> answer() == 2);
    }

    @Test
    void aMistakeInTheConfigurationTakesNothingAway() throws Exception {
        Repositories.configure(repository, "times", "lables: {}\n");
        Await.until("the mistake is told", () -> stateOf(1).contains("lables"));

        assertThat(stateOf(1))
                .isEqualTo("READY serves as configured before, now it is times/model.yaml:1: lables: unknown key; did"
                        + " you mean labels?");
        assertThat(answer()).isEqualTo(1);
        publish(2, TestModels.folder("versions").resolve("2"));
        Repositories.configure(repository, "times", "labels: {}\n");
        Await.until("version 2 answers", () -> answer() == 2);
    }

    @Test
    void aVersionThatIsOverwrittenByABrokenOneGoesOn() throws Exception {
        publish(2, TestModels.folder("versions").resolve("2"));
        Await.until("version 2 answers", () -> answer() == 2);
        Path model = repository.resolve("times/2/model.onnx");

        Files.write(model, Arrays.copyOf(Files.readAllBytes(model), 100));

        Await.until("the damage is told", () -> stateOf(2).contains("is cut off"));
        assertThat(stateOf(2)).startsWith("READY ");
        assertThat(answer()).isEqualTo(2);
    }

    private void publish(long version, Path from) throws Exception {
        publish(repository, version, from);
    }

    private static Path publish(Path repository, long version, Path from) throws Exception {
        return new Publisher(InstantSource.system())
                .publish(
                        new Publication(repository, "times", OptionalLong.of(version), from, Lineage.NONE),
                        (key, staged) -> {},
                        PublishListener.silent())
                .folder();
    }

    /** State and reason of a version in the index; empty when it is not there. */
    private String stateOf(long version) {
        for (var model : gateway.calls().post("/v2/repository/index", "{}").json()) {
            if (model.path("version").asText().equals(Long.toString(version))) {
                return model.path("state").asText() + " " + model.path("reason").asText();
            }
        }
        return "";
    }

    private int answer() {
        HttpCalls.Answer answer = gateway.calls().post("/v2/models/times/infer", BODY);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().at("/outputs/0/data/0").asInt();
    }

    private void ask() {
        HttpCalls calls = gateway.calls();
        while (!stop.get()) {
            HttpCalls.Answer answer = calls.post("/v2/models/times/infer", BODY);
            answers.incrementAndGet();
            if (answer.status() != 200) {
                failures.add(answer.text());
            }
        }
    }
}
