package dev.sluice.loadtest.proof.unload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.server.ServerStart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnloadVerdictTest {
    private static final long MEBIBYTE = 1 << 20;

    private static UnloadPlan plan(int cycles) {
        return new UnloadPlan(
                new ServerStart("sluice", ""),
                Path.of("model.onnx"),
                cycles,
                3,
                0,
                Duration.ofSeconds(6),
                0.05,
                1,
                Path.of("out"));
    }

    private static List<UnloadCycle> cycles(int count, int failed, IntToLongFunction mebibytes) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new UnloadCycle(
                        i, i, 1, 1, 700 * MEBIBYTE, mebibytes.applyAsLong(i) * MEBIBYTE, i == 2 ? failed : 0))
                .toList();
    }

    @Test
    void memoryThatReturnsIsProven() {
        assertThat(UnloadVerdict.judge(plan(20), cycles(20, 0, i -> i < 10 ? 300 + 10 * i : 400))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void lessMemoryIsNoFault() {
        assertThat(UnloadVerdict.judge(plan(20), cycles(20, 0, i -> 500 - 10 * i))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void memoryThatGrowsSinceTheTenthCycleRefutes() {
        assertThat(UnloadVerdict.judge(plan(20), cycles(20, 0, i -> 390 + i)).exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(UnloadVerdict.judge(plan(20), cycles(20, 0, i -> 370 + 3 * i))
                        .reasons())
                .containsExactly(
                        "resident memory after cycle 20 is 430.0 MiB, 7.5 % above the 400.0 MiB after cycle 10;"
                                + " at most 5.0 % are allowed");
    }

    @Test
    void aRequestThatFailsRefutes() {
        assertThat(UnloadVerdict.judge(plan(20), cycles(20, 2, i -> 400)).reasons())
                .containsExactly("2 requests failed");
    }

    @Test
    void aServerThatEndsRefutes() {
        assertThat(UnloadVerdict.judge(plan(20), cycles(8, 0, i -> 400)).reasons())
                .containsExactly("the run ended after 8 of 20 cycles");
    }

    @Test
    void thereMustBeMoreCyclesThanTheOneToCompareWith() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(10))
                .withMessage("cycles must be more than 10, got 10");
    }

    @Test
    void requestsAreWellFormedAndRepeatWithTheSeed() throws IOException {
        TokenRequests requests = new TokenRequests(new Random(1));
        TokenRequests again = new TokenRequests(new Random(1));
        for (int i = 0; i < 20; i++) {
            String json = requests.next();
            JsonNode inputs = new ObjectMapper().readTree(json).path("inputs");

            assertThat(again.next()).isEqualTo(json);
            assertThat(inputs).hasSize(3);
            for (JsonNode input : inputs) {
                int size = input.at("/shape/0").asInt() * input.at("/shape/1").asInt();
                assertThat(input.path("data")).hasSize(size);
            }
        }
    }
}
