package dev.sluice.loadtest.proof.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.speed.models.BoostedTrees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Whether a row's answer depends on who else asks: each row is asked for alone, then all of them at once, and the numbers of
 * the answers are compared.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class EqualRowsGroup implements SpeedGroup {
    private static final int ROWS = 64;
    private static final int CONNECTIONS = 32;
    private static final int BURSTS = 4;

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public String name() {
        return "equal-rows";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.EQUAL_MLP, Goal.EQUAL_CNN, Goal.EQUAL_TREES, Goal.EQUAL_TEXT, Goal.QUANTISED_FLAGGED);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        long seed = bench.plan().seed();
        List<BenchModel> models = List.of(
                BenchModel.MLP, BenchModel.CNN, BenchModel.TREES, BenchModel.MINILM, BenchModel.MINILM_QUANTISED);
        try (GatewayServer gateway = bench.startGateway(this, models)) {
            compare(
                    bench,
                    gateway,
                    Goal.EQUAL_MLP,
                    BenchModel.MLP,
                    rows(ROWS, i -> Requests.rowJson("x", seed + i, 16)));
            compare(
                    bench,
                    gateway,
                    Goal.EQUAL_CNN,
                    BenchModel.CNN,
                    rows(ROWS / 2, i -> Requests.rowJson("x", seed + i, 3, 64, 64)));
            compare(
                    bench,
                    gateway,
                    Goal.EQUAL_TREES,
                    BenchModel.TREES,
                    rows(ROWS, i -> Requests.rowJson("x", seed + i, BoostedTrees.FEATURES)));
            compare(
                    bench,
                    gateway,
                    Goal.EQUAL_TEXT,
                    BenchModel.MINILM,
                    rows(ROWS / 2, i -> Requests.textJson(16, seed + i)));
            flagged(bench, gateway);
        }
    }

    private static RequestList rows(int count, IntFunction<String> row) {
        return new RequestList(IntStream.range(0, count).mapToObj(row).toList());
    }

    private void compare(Bench bench, GatewayServer gateway, Goal goal, BenchModel model, RequestList rows)
            throws IOException, CannotMeasureException, InterruptedException {
        String refusal = gateway.refusal(model);
        if (refusal != null) {
            bench.ledger().fail(goal, "not served: " + refusal);
            return;
        }
        List<String> alone = rows.send(gateway.base(), model.id(), 1);
        RunCounts before = gateway.counts(model);
        double largest = 0;
        for (int burst = 0; burst < BURSTS; burst++) {
            List<String> together = rows.send(gateway.base(), model.id(), CONNECTIONS);
            for (int i = 0; i < alone.size(); i++) {
                largest = Math.max(largest, difference(alone.get(i), together.get(i)));
            }
        }
        double rowsPerRun = gateway.counts(model).meanRowsSince(before);
        String found = String.format(
                Locale.ROOT,
                "%d rows, %.1f a run, differ by %s",
                alone.size() * BURSTS,
                rowsPerRun,
                Bar.number(largest));
        bench.say("  " + model.id() + ": " + found);
        if (rowsPerRun > 1) {
            bench.ledger().add(goal, largest);
            bench.ledger().note(goal, found);
        } else {
            bench.ledger().fail(goal, "no batch was made of " + alone.size() * BURSTS + " rows");
        }
    }

    /** The largest difference between numbers at the same place; infinite when the answers have different shapes. */
    private double difference(String first, String second) throws IOException {
        List<JsonNode> a = data(first);
        List<JsonNode> b = data(second);
        if (a.size() != b.size() || a.isEmpty()) {
            return Double.MAX_VALUE;
        }
        double largest = 0;
        for (int i = 0; i < a.size(); i++) {
            // Shortest decimals: equal texts are equal bits, and unequal ones are not.
            if (!a.get(i).equals(b.get(i))) {
                largest = Math.max(
                        largest, Math.abs(a.get(i).asDouble() - b.get(i).asDouble()));
            }
        }
        return largest;
    }

    private List<JsonNode> data(String answer) throws IOException {
        List<JsonNode> numbers = new ArrayList<>();
        for (JsonNode output : json.readTree(answer).path("outputs")) {
            output.path("data").forEach(numbers::add);
        }
        return numbers;
    }

    private static void flagged(Bench bench, GatewayServer gateway)
            throws IOException, CannotMeasureException, InterruptedException {
        String refusal = gateway.refusal(BenchModel.MINILM_QUANTISED);
        if (refusal != null) {
            bench.ledger().fail(Goal.QUANTISED_FLAGGED, "not served: " + refusal);
            return;
        }
        BatchingWords said = gateway.batching(BenchModel.MINILM_QUANTISED);
        bench.say("  " + BenchModel.MINILM_QUANTISED.id() + ": " + said.reason());
        bench.ledger().add(Goal.QUANTISED_FLAGGED, said.isRefused() ? 1 : 0);
        bench.ledger().note(Goal.QUANTISED_FLAGGED, said.reason());
    }
}
