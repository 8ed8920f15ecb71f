package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.server.ServerProcess;
import dev.sluice.loadtest.proof.speed.baseline.BareServerMain;
import dev.sluice.loadtest.proof.speed.baseline.InProcessMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
            Target target = bare.target(Requests.row(16, 1));

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
