package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a process: how it starts, how it stops, and what it tells the shell. */
class ProcessIT {
    @TempDir
    Path repository;

    private static void assertTellsNoSecretsOfTheCode(String text) {
        assertThat(text).doesNotContain("\tat ", "Exception", "Caused by");
    }

    @Test
    void stopsWithoutLosingARequest() throws IOException {
        TestModels.copy(repository, "slow", "mlp");
        Repositories.configure(repository, "slow", "batching: {enabled: false}\n");
        String body = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[64,8],\"data\":["
                + "1,".repeat(511) + "1]}]}";
        try (SluiceProcess server = SluiceProcess.serve(repository, "shutdown.lag=3s", "inference.threads=1");
                RawHttp inFlight = new RawHttp(server.port());
                RawHttp probe = new RawHttp(server.port())) {
            String ready = "GET /v2/health/ready HTTP/1.1\r\nHost: t\r\n\r\n";
            assertThat(probe.send(ready).read().status()).isEqualTo(200);
            assertThat(server.pid()).isPositive();

            inFlight.send(RawHttp.post("/v2/models/slow/infer", body));
            server.terminate();

            Await.until("readiness falls", () -> readiness(probe, ready) == 503);
            assertThat(server.isAlive())
                    .as("serves on while load balancers notice")
                    .isTrue();
            assertThat(server.calls()
                            .post(
                                    "/v2/models/mlp/infer",
                                    new InferBody()
                                            .json("x", "FP32", "[1,16]", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]")
                                            .jsonText())
                            .status())
                    .isEqualTo(200);
            RawHttp.Response answer = inFlight.read();
            assertThat(answer.status()).as(answer.text() + server.err()).isEqualTo(200);
            SluiceProcess.Ended ended = server.awaitEnd();
            assertThat(ended.exitCode()).isIn(0, 143);
            assertTellsNoSecretsOfTheCode(ended.out() + ended.err());
        }
    }

    private static int readiness(RawHttp probe, String request) {
        try {
            return probe.send(request).read().status();
        } catch (IOException e) {
            throw new AssertionError("the server closed the connection before it said that it is not ready", e);
        }
    }

    @Test
    void survivesABodyThatItsMemoryCannotHold() throws IOException {
        TestModels.copy(repository, "mlp");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bomb)) {
            byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 255; i++) {
                out.write(spaces);
            }
        }
        try (SluiceProcess server = SluiceProcess.serve(repository)) {
            HttpCalls.Answer answer =
                    server.calls().post("/v2/models/mlp/infer", bomb.toByteArray(), "Content-Encoding", "gzip");

            assertThat(answer.status()).as(answer.text()).isIn(413, 503);
            assertThat(server.calls().get("/v2/health/ready").status()).isEqualTo(200);
            MetricsPage metrics = MetricsPage.parse(
                    new HttpCalls(server.metricsPort()).get("/metrics").text());
            assertThat(metrics.value("sluice_admitted_requests")).isZero();
        }
    }

    @Test
    void validatesAGoodRepository() {
        TestModels.copy(repository, "mlp", "two-inputs");

        SluiceProcess.Ended ended = SluiceProcess.run("validate", repository.toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .containsPattern("MODEL +VERSION +RESULT +TIME +DEVICE +EXECUTION +BATCH +DETAIL")
                .containsPattern("mlp +1 +ok ")
                .containsPattern("two-inputs +1 +ok ")
                .contains("2 versions checked, 0 failed");
    }

    @Test
    void validatesABrokenRepository() {
        TestModels.copy(repository, "mlp", "broken-truncated", "sequence-input");

        SluiceProcess.Ended ended = SluiceProcess.run("validate", repository.toString());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out())
                .containsPattern("mlp +1 +ok ")
                .containsPattern("broken-truncated +1 +FAILED .*step files")
                .containsPattern("sequence-input +1 +FAILED .*step graph")
                .contains("3 versions checked, 2 failed");
        assertTellsNoSecretsOfTheCode(ended.out() + ended.err());
    }

    @Test
    void exitsWith64WhenTheCommandLineIsWrong() {
        SluiceProcess.Ended unknown = SluiceProcess.run("serve", "--no-such-option");
        SluiceProcess.Ended nothing = SluiceProcess.run();

        assertThat(unknown.exitCode()).isEqualTo(64);
        assertThat(unknown.err()).contains("--no-such-option");
        assertThat(nothing.exitCode()).isEqualTo(64);
        assertThat(nothing.err()).contains("serve", "validate");
        assertTellsNoSecretsOfTheCode(unknown.err() + nothing.err());
    }

    @Test
    void exitsWith78AndAllProblemsWhenTheConfigurationIsWrong() {
        Path file = repository.resolve("sluice.yaml");
        Repositories.write(file, """
                http:
                  prot: 8080
                  max-body: -5
                  json-depth: 513
                limits: {concurrent-requests: 0}
                """);

        SluiceProcess.Ended ended = SluiceProcess.run(
                "serve", repository.toString(), "--config", file.toString(), "--set", "inference.threads=many");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("sluice.yaml:2: http.prot: unknown key; did you mean http.port?")
                .contains("sluice.yaml:3: http.max-body: must be ")
                .contains("sluice.yaml:4: http.json-depth: must be between 4 and 512, got 513")
                .contains("sluice.yaml:5: limits.concurrent-requests: must be ")
                .contains("inference.threads")
                .hasLineCount(5);
        assertTellsNoSecretsOfTheCode(ended.out() + ended.err());
    }

    @Test
    void exitsWith78WhenTheConfigurationFileIsMissing() {
        SluiceProcess.Ended ended =
                SluiceProcess.run("serve", repository.toString(), "--config", repository + "/nope.yaml");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains("nope.yaml");
        assertTellsNoSecretsOfTheCode(ended.err());
    }

    @Test
    void saysWhenThereAreNoModels() {
        SluiceProcess.Ended missing = SluiceProcess.run("serve", repository + "/nope");
        SluiceProcess.Ended none = SluiceProcess.run("serve");

        assertThat(missing.exitCode()).isNotZero();
        assertThat(missing.err()).contains("repository folder").contains("nope").contains("does not exist");
        assertThat(none.exitCode()).isEqualTo(78);
        assertThat(none.err()).contains("repository: must name at least one folder of models");
        assertTellsNoSecretsOfTheCode(missing.err() + none.err());
    }

    @Test
    void saysWhenAPortIsTaken() throws IOException {
        TestModels.copy(repository, "mlp");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String port : new String[] {"http.port", "metrics.port", "control.port"}) {

                SluiceProcess.Ended ended = SluiceProcess.run(
                        "serve",
                        repository.toString(),
                        "--set",
                        "http.host=127.0.0.1",
                        "--set",
                        "metrics.host=127.0.0.1",
                        "--set=http.port=0",
                        "--set=metrics.port=0",
                        "--set=control.port=0",
                        "--set",
                        port + "=" + taken.getLocalPort());

                assertThat(ended.exitCode()).as(port).isNotZero();
                assertThat(ended.err())
                        .as(port)
                        .contains("cannot listen on")
                        .contains("127.0.0.1:" + taken.getLocalPort())
                        .contains(port);
                assertTellsNoSecretsOfTheCode(ended.err());
            }
        }
    }

    @Test
    void tellsItsVersion() {
        SluiceProcess.Ended version = SluiceProcess.run("--version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.out())
                .containsPattern("sluice [0-9]+\\.[0-9]+\\.[0-9]+ \\(ONNX Runtime [0-9.]+, Java [0-9]+\\)");
    }
}
