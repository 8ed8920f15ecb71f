package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.BodySource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedInputTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void otherJvmsGetTheOptionsButNoArchive() throws IOException {
        JvmCommand jvm = JvmCommand.parse(
                "/jdk/bin/java",
                List.of(
                        "java",
                        "-Xmx1g",
                        "-XX:AOTCache=a",
                        "-XX:SharedArchiveFile=b",
                        "-XX:+UseG1GC",
                        "-jar",
                        "s.jar"));

        assertThat(jvm).isEqualTo(new JvmCommand("/jdk/bin/java", List.of("-Xmx1g", "-XX:+UseG1GC"), "s.jar"));
    }

    @Test
    void aProcessWithoutAJarIsNoGateway() {
        assertThatIOException()
                .isThrownBy(() -> JvmCommand.parse("/jdk/bin/java", List.of("java", "Main")))
                .withMessage("a JVM with -jar was expected, got java Main");
    }

    @Test
    void readsAPeer() {
        assertThat(Peer.parse("triton=http://127.0.0.1:8000,model=net,pid=12"))
                .isEqualTo(new Peer("triton", URI.create("http://127.0.0.1:8000"), "net", 12));
        assertThat(Peer.parse("t=http://h:1/")).isEqualTo(new Peer("t", URI.create("http://h:1"), "mlp", 0));
    }

    @Test
    void saysHowAPeerIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.parse("http://h:1"))
                .withMessage("a peer must look like NAME=http://HOST:PORT,model=MODEL,pid=PID, got 'http://h:1'");
    }

    @Test
    void rowsAreRequestsOfTheProtocol() throws IOException {
        JsonNode input =
                new ObjectMapper().readTree(Requests.rowJson("x", 1, 3, 2)).at("/inputs/0");

        assertThat(input.path("name").asText()).isEqualTo("x");
        assertThat(input.path("shape").toString()).isEqualTo("[1,3,2]");
        assertThat(input.path("data")).hasSize(6).allMatch(value -> Math.abs(value.asDouble()) <= 1);
    }

    @Test
    void textsHaveAsManyTokensInEachInput() throws IOException {
        JsonNode inputs = new ObjectMapper().readTree(Requests.textJson(5, 1)).path("inputs");

        assertThat(inputs).hasSize(3).allMatch(input -> input.path("data").size() == 5);
        assertThat(inputs.at("/1/data").toString()).isEqualTo("[1,1,1,1,1]");
    }

    @Test
    void requestsOfARunDifferInTheirRowsAndNotInTheirShape() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (BodySource source : List.of(Requests.rows(40, 2, 3, 1), Requests.texts(40, 6, 1))) {
            Set<String> rows = new HashSet<>();
            Set<String> shapes = new HashSet<>();
            for (String body : bodies(source)) {
                JsonNode input = json.readTree(body).at("/inputs/0");
                int elements = input.path("data").size() / input.at("/shape/0").asInt();
                for (int i = 0; i < input.path("data").size(); i += elements) {
                    rows.add(IntStream.range(i, i + elements)
                            .mapToObj(at -> input.path("data").path(at).asText())
                            .collect(Collectors.joining(",")));
                }
                shapes.add(input.path("shape").toString());
            }

            assertThat(shapes).isSubsetOf("[2,3]", "[1,6]").hasSize(1);
            assertThat(rows).hasSize(shapes.contains("[2,3]") ? 80 : 40);
        }
    }

    @Test
    void equalSeedsMakeEqualRequests() {
        assertThat(bodies(Requests.rows(3, 1, 4, 5))).isEqualTo(bodies(Requests.rows(3, 1, 4, 5)));
        assertThat(bodies(Requests.rows(3, 1, 4, 5))).doesNotContainAnyElementsOf(bodies(Requests.rows(3, 1, 4, 6)));
    }

    private static List<String> bodies(BodySource source) {
        return ((BodySource.Recorded) source)
                .bodies().stream()
                        .map(body -> new String(body.toByteArray(), StandardCharsets.UTF_8))
                        .toList();
    }

    @Test
    void lengthsAreWithinTheirMix() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (TextLengths mix : TextLengths.values()) {
            int shortest = 128;
            int longest = 0;
            for (String text : mix.requests(300, 1)) {
                int tokens = json.readTree(text).at("/inputs/0/shape/1").asInt();
                shortest = Math.min(shortest, tokens);
                longest = Math.max(longest, tokens);
            }
            assertThat(shortest).as(mix.name()).isBetween(3, 10);
            assertThat(longest).as(mix.name()).isBetween(100, 128);
        }
    }

    @Test
    void equalSeedsMakeEqualTexts() {
        List<String> again = TextLengths.CHAT.requests(5, 9);

        assertThat(TextLengths.CHAT.requests(5, 9)).isEqualTo(again);
        assertThat(TextLengths.CHAT.requests(5, 8)).isNotEqualTo(again);
    }

    @Test
    void takesTheHeapOfARequestFromTheNewestProof() throws IOException {
        for (String time : List.of("20260101T000000Z", "20260201T000000Z")) {
            Path proof = Files.createDirectories(folder.resolve("proofs-out/alloc-" + time));
            Files.writeString(
                    proof.resolve("result.json"),
                    "{\"goals\":[{\"what\":\"heap bytes per request\",\"measured\":"
                            + (time.startsWith("202602") ? 512 : 900)
                            + "},{\"what\":\"growth, percent\",\"measured\":1.5}]}");
        }
        Ledger ledger = new Ledger();

        AllocResult.read(AllocResult.newest(folder), ledger);

        List<GoalResult> results = ledger.results(EnumSet.of(Goal.HEAP_BYTES, Goal.HEAP_GROWTH), true);
        assertThat(results).extracting(GoalResult::judged).containsExactly(512.0, 1.5);
        assertThat(results).extracting(GoalResult::verdict).containsOnly(Verdict.MET);
    }

    @Test
    void withoutThatProofItsGoalsAreMeasuredElsewhere() throws IOException {
        Ledger ledger = new Ledger();

        AllocResult.read(AllocResult.newest(folder), ledger);

        assertThat(ledger.results(EnumSet.of(Goal.HEAP_BYTES), true))
                .containsExactly(GoalResult.elsewhere(Goal.HEAP_BYTES, "run load-tests/prove alloc"));
    }

    @Test
    void refusalOfBatchingIsReadFromTheVerdictOrTheReason() {
        assertThat(new BatchingWords("not-batchable", "").isRefused()).isTrue();
        assertThat(new BatchingWords("exact", "batched (proved)").isRefused()).isFalse();
        assertThat(new BatchingWords("off", "not batched (switched off)").isRefused())
                .isFalse();
        assertThat(new BatchingWords("", "not batched (row answers change with their neighbours)").isRefused())
                .isTrue();
    }
}
