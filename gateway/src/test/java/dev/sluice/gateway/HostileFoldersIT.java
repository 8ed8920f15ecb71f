package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.loader.runtime.onnx.HostileFolder;
import dev.sluice.loader.runtime.onnx.HostileFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile model folders beside a good one, in the real process: each is refused for its own reason, no file outside is opened,
 * and the good one serves.
 *
 * <p>What is opened is recorded by strace: every call that opens something, with the name it used and the file it reached, by
 * whatever part of the process. Looking at a file without opening it (stat, readlink) is what the check is for, and is not
 * recorded. This needs strace, and the right to trace; without either the tests fail and say so, because a proof that is left
 * out looks like one that holds.
 */
class HostileFoldersIT {
    /** In no other path of this machine. */
    private static final String SECRETS = "outside-secrets";

    private static final String GOOD = "mlp";

    @TempDir
    Path work;

    private Path repository;
    private Path recorded;
    private List<HostileFolder> hostile = List.of();

    @BeforeEach
    void writeFolders() throws IOException, InterruptedException {
        work = work.toRealPath();
        repository = Files.createDirectory(work.resolve("models"));
        recorded = work.resolve("calls");
        requireStrace();
        hostile = HostileFolders.write(repository, work.resolve(SECRETS));
        TestModels.copy(repository, GOOD);
    }

    private void requireStrace() throws InterruptedException {
        try {
            Process trial = new ProcessBuilder("strace", "-f", "--seccomp-bpf", "-o", recorded.toString(), "true")
                    .redirectErrorStream(true)
                    .start();
            assertThat(trial.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(trial.exitValue())
                    .as("strace must be allowed to trace (in a container: --cap-add=SYS_PTRACE)")
                    .isZero();
        } catch (IOException e) {
            throw new AssertionError("this test needs strace (Debian or Ubuntu: apt-get install strace)", e);
        }
    }

    @Test
    void refusesEachForItsReasonAndServesTheGoodOne() throws IOException {
        try (SluiceProcess server = SluiceProcess.serve(OpenedFiles.recordedIn(recorded), repository)) {
            HttpCalls calls = server.calls();

            Map<String, JsonNode> index = new HashMap<>();
            calls.post("/v2/repository/index", "{}")
                    .json()
                    .forEach(entry -> index.put(entry.path("name").asText(), entry));
            assertThat(index).hasSize(hostile.size() + 1);
            assertThat(hostile).allSatisfy(folder -> {
                JsonNode entry = index.getOrDefault(folder.name(), MissingNode.getInstance());
                assertThat(entry.path("state").asText()).isEqualTo("UNAVAILABLE");
                assertThat(withoutHeap(entry.path("reason").asText())).isEqualTo(expected(folder));
                assertThat(calls.post("/v2/models/" + folder.name() + "/infer", body().jsonText())
                                .status())
                        .isEqualTo(503);
            });
            assertThat(InferAnswer.of(body().postTo(calls, GOOD)).output("probabilities"))
                    .isNotNull();
            server.terminate();
            SluiceProcess.Ended ended = server.awaitEnd();
            assertThat(ended.exitCode()).as(ended.err()).isIn(0, 143);
            assertSaysNothingForged(ended);
        }

        assertOpenedNothingElse();
    }

    @Test
    void validatesEachAsFailed() throws IOException {
        SluiceProcess.Ended ended;
        try (SluiceProcess process =
                SluiceProcess.start(OpenedFiles.recordedIn(recorded), List.of("validate", repository.toString()))) {
            ended = process.awaitEnd();
        }

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
        Set<String> lines =
                ended.out().lines().map(HostileFoldersIT::withoutHeap).collect(Collectors.toSet());
        assertThat(hostile)
                .allSatisfy(folder -> assertThat(lines)
                        .anyMatch(line -> line.startsWith(folder.name() + " ")
                                && line.contains(" FAILED ")
                                && line.endsWith(expected(folder))));
        assertThat(lines).anyMatch(line -> line.startsWith(GOOD + " ") && line.contains(" ok "));
        assertSaysNothingForged(ended);
        assertOpenedNothingElse();
    }

    private static InferBody body() {
        return new InferBody().json("x", "FP32", "[1,16]", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]");
    }

    private static String expected(HostileFolder folder) {
        return folder.complaint().isEmpty()
                ? withoutHeap("step files: " + folder.reason())
                : shown(folder.name() + ": " + folder.complaint());
    }

    /** The process's heap is not to the byte what it was told. */
    private static String withoutHeap(String reason) {
        return shown(reason).replaceAll("more than [0-9]+ bytes of heap", "more than N bytes of heap");
    }

    /** As a terminal shows it that may know ASCII only. */
    private static String shown(String text) {
        return text.replace('…', '?');
    }

    private static void assertSaysNothingForged(SluiceProcess.Ended ended) {
        assertThat((ended.out() + "\n" + ended.err()).lines())
                .noneMatch(line -> line.startsWith("2026-01-01 ERROR"))
                .noneMatch(line -> line.contains("\u001b[2J"));
    }

    private void assertOpenedNothingElse() throws IOException {
        OpenedFiles opened = OpenedFiles.of(recorded);

        assertThat(opened.about(SECRETS)).isEmpty();
        Set<String> models = hostile.stream()
                .map(folder -> folder.name() + "/1/model.onnx")
                .filter(name -> Files.isRegularFile(repository.resolve(name)))
                .collect(Collectors.toSet());
        models.addAll(Set.of(GOOD + "/1/model.onnx", GOOD + "/1/manifest.json", GOOD + "/1/profile.json"));
        models.removeAll(Set.of("link-model/1/model.onnx", "hard-link-model/1/model.onnx", "huge-model/1/model.onnx"));
        assertThat(opened.below(repository)).contains(GOOD + "/1/model.onnx").isSubsetOf(models);
    }

    @Test
    void seesWhatIsOpened() {
        OpenedFiles opened = new OpenedFiles(List.of(
                "7 openat(AT_FDCWD</work>, \"/models/a/1/w.bin\", O_RDONLY|O_CLOEXEC) = 4</outside-secrets/secret.bin>",
                "7 openat(AT_FDCWD</work>, \"/models/b/1/w.bin\", O_RDONLY <unfinished ...>",
                "7 <... openat resumed>)       = -1 ENOENT (No such file or directory)"));

        assertThat(opened.about(SECRETS)).hasSize(1);
        assertThat(opened.below(Path.of("/models"))).containsExactly("a/1/w.bin", "b/1/w.bin");
    }
}
