package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.RequestBody;
import dev.sluice.loadtest.proof.server.ServerProcess;
import dev.sluice.loadtest.proof.speed.baseline.BareServerMain;
import dev.sluice.loadtest.proof.speed.baseline.InProcessMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two baselines as processes of their own, a few seconds long; the gateway's side is `prove speed --quick`. */
class BaselineIT {
    private static final Path MLP = Path.of("../model-loader/src/test/models/mlp/1/model.onnx");

    @TempDir
    Path folder = Path.of("");

    private List<String> java(Class<?> main, String... arguments) throws IOException {
        Path classPath = folder.resolve("class-path");
        Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void bareServerAnswersWhateverItIsAsked() throws Exception {
        try (BareServer bare = new BareServer(ServerProcess.start(
                java(BareServerMain.class, "2"), Map.of(), folder.resolve("log"), Duration.ofSeconds(60)))) {
            Target target = bare.target(Requests.rows(8, 1, 16, 1));

            Figures figures =
                    new GeneratorDriver(Duration.ofMillis(200), 1).closedLoop(target, 4, Duration.ofSeconds(1));
            @Nullable WrkDriver wrk = WrkDriver.find(folder);
            Figures byWrk = wrk == null ? figures : wrk.closedLoop(target, 4, Duration.ofSeconds(1));

            assertThat(figures.okPerSecond()).isPositive();
            assertThat(figures.p50Micros()).isPositive();
            assertThat(byWrk.okPerSecond()).isPositive();
            try (HttpConnection connection = new HttpConnection(target.base())) {
                assertThat(connection.infer("bare", "{}")).startsWith("{\"model_name\":\"bare\"");
                assertThat(connection.infer("bare", "{}")).endsWith("]}]}");
            }
            assertThat(new RequestList(List.of("{}", "{}", "{}")).send(target.base(), "bare", 2))
                    .hasSize(3);
        }
    }

    @Test
    void driversSendAllBodiesInTurn() throws Exception {
        List<String> sent = List.of("{\"a\":1}", "{\"a\":\"two\"}", "{\"a\":[3,\n3]}");
        BodySource bodies = new BodySource.Recorded(sent.stream()
                .map(json -> RequestBody.json(json.getBytes(StandardCharsets.UTF_8)))
                .toList());
        byte[] answer = "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}"
                .getBytes(StandardCharsets.UTF_8);
        @Nullable WrkDriver wrk = WrkDriver.find(folder);
        LoadDriver generator = new GeneratorDriver(Duration.ofMillis(100), 1);
        for (LoadDriver driver : wrk == null ? List.of(generator) : List.of(generator, wrk)) {
            List<String> received = Collections.synchronizedList(new ArrayList<>());
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (!body.isEmpty()) {
                    received.add(body);
                }
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            try {
                URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());

                driver.closedLoop(new Target("test", base, 0, "m", bodies), 1, Duration.ofSeconds(1));
            } finally {
                server.stop(0);
            }

            // The generator asks once before the load begins, wrk does so without sending: the turns follow.
            List<String> turns = List.copyOf(received).subList(1, 10);
            int first = sent.indexOf(turns.get(0));
            for (int i = 0; i < turns.size(); i++) {
                assertThat(turns.get(i)).as(driver.name()).isEqualTo(sent.get((first + i) % sent.size()));
            }
        }
    }

    @Test
    void modelRunsInProcessAtSeveralBatchSizes() throws Exception {
        List<String> command = java(InProcessMain.class, MLP.toString(), "2", "1");
        try (InProcess inProcess = InProcess.start(command, folder.resolve("log"))) {
            Figures best = inProcess.best(List.of(1, 8), Duration.ofMillis(300));

            assertThat(best.okPerSecond()).isPositive();
            assertThat(best.cpuMicrosPerRequest()).isPositive();
        }
    }

    @Test
    void baselineThatCannotStartCannotBeMeasured() throws Exception {
        List<String> command = java(InProcessMain.class, "does-not-exist.onnx", "1", "1");

        assertThatThrownBy(() -> InProcess.start(command, folder.resolve("log")))
                .isInstanceOf(CannotMeasureException.class)
                .hasMessageStartingWith("the in-process baseline has ended; see ");
    }
}
