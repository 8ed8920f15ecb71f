package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.BodySource;
import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.proof.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How long it takes from the start of the process to its first answer: the gateway with the tabular example through its
 * launcher, and a bare Vert.x server.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class StartGroup implements SpeedGroup {
    private static final Path EXAMPLE = Path.of("examples/models/flight-delay");

    private static final int FEATURES = 14;

    private final LoadClock clock = LoadClock.system();

    @Override
    public String name() {
        return "start";
    }

    @Override
    public Set<Goal> goals() {
        return EnumSet.of(Goal.START_UP);
    }

    @Override
    public void measure(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        JvmCommand jvm;
        // Also makes what a first start leaves behind for later ones: an archive of classes, unpacked libraries.
        try (GatewayServer gateway = new GatewayServer(startGateway(bench))) {
            jvm = gateway.jvm();
        }
        bench.ledger().note(Goal.START_UP, "Java " + jvm.version());
        for (int round = 0; round < bench.plan().rounds(); round++) {
            double bare = round % 2 == 0 ? bareSeconds(bench, jvm) : 0;
            double gateway = gatewaySeconds(bench);
            bare = round % 2 == 0 ? bare : bareSeconds(bench, jvm);
            bench.ledger().add(Goal.START_UP, gateway / bare);
            bench.sayRound(round, String.format(Locale.ROOT, "%.2f ÷ %.2f s = %.2f", gateway, bare, gateway / bare));
        }
    }

    private double gatewaySeconds(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        long began = clock.nanoTime();
        try (ServerProcess server = startGateway(bench);
                HttpConnection connection =
                        new HttpConnection(server.listening().http())) {
            connection.infer("flight-delay", Requests.rowJson("input", 1, FEATURES));
            return (clock.nanoTime() - began) / 1e9;
        }
    }

    private double bareSeconds(Bench bench, JvmCommand jvm)
            throws IOException, CannotMeasureException, InterruptedException {
        long began = clock.nanoTime();
        try (BareServer server = bench.startBare(this, jvm)) {
            Target target = server.target(new BodySource.Fixed("{}", "hello"));
            try (HttpConnection connection = new HttpConnection(target.base())) {
                connection.infer(target.model(), "{}");
                return (clock.nanoTime() - began) / 1e9;
            }
        }
    }

    private ServerProcess startGateway(Bench bench) throws IOException, CannotMeasureException, InterruptedException {
        return bench.startGateway(
                name(), bench.plan().checkout().resolve(EXAMPLE).toAbsolutePath());
    }
}
