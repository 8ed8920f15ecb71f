package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Large inputs: what the binary form saves.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class ImageGroup implements SpeedGroup {
    private static final int CONNECTIONS = 8;

    @Override
    public String name() {
        return "image";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.IMAGE_CPU);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        try (GatewayServer gateway = bench.startGateway(this, List.of(BenchModel.IMAGE))) {
            gateway.require(BenchModel.IMAGE);
            List<Target> targets = List.of(
                    gateway.target("gateway, JSON", BenchModel.IMAGE, image(false)),
                    gateway.target("gateway, binary", BenchModel.IMAGE, image(true)));
            bench.warmUp(bench.heavy(), targets, CONNECTIONS);
            for (int round = 0; round < bench.plan().rounds(); round++) {
                Map<String, Figures> measured = bench.inTurn(bench.heavy(), "image", round, targets, CONNECTIONS);
                double json =
                        measured.getOrDefault("gateway, JSON", Figures.NONE).cpuMicrosPerRequest();
                double binary =
                        measured.getOrDefault("gateway, binary", Figures.NONE).cpuMicrosPerRequest();
                bench.ledger().add(Goal.IMAGE_CPU, binary / json);
                bench.sayRound(
                        round, String.format(Locale.ROOT, "CPU %.0f ÷ %.0f µs = %.2f", binary, json, binary / json));
            }
        }
    }

    private static BodySource image(boolean binary) {
        return new BodySource.Generated(1, Map.of(), binary, 1);
    }
}
