package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.LoadClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code prove speed}.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "speed",
        description = "The goals of speed, as ratios to baselines in the same rounds.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SpeedCommand implements Callable<Integer> {
    private static final int QUICK_ROUNDS = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--only", split = ",", description = "Ids of goals, for example g1,g2; all without it.")
    private List<String> only = List.of();

    @Option(names = "--rounds", defaultValue = "9", description = "Rounds of each comparison (${DEFAULT-VALUE}).")
    private int rounds = 9;

    @Option(names = "--seconds", defaultValue = "2", description = "Each system in each round (${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Option(names = "--warmup", defaultValue = "6s", description = "Each system before that (${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(6);

    @Option(names = "--pairs", defaultValue = "15", description = "Pairs of the open loop (${DEFAULT-VALUE}).")
    private int pairs = 15;

    @Option(names = "--pair-span", defaultValue = "20s", description = "Each half of a pair (${DEFAULT-VALUE}).")
    private Duration pairSpan = Duration.ofSeconds(20);

    @Option(
            names = "--quick",
            description = "A reduced run for CI: proves that everything runs, and judges what is not a time.")
    private boolean quick;

    @Option(
            names = "--peer",
            description =
                    "Another server that runs already and serves the MLP: NAME=URL[,model=M][,pid=P]; repeatable.")
    private List<String> peers = List.of();

    @Option(names = "--alloc", description = "The result.json of prove alloc, for g11; else the newest in proofs-out.")
    private @Nullable Path allocResult;

    @Option(names = "--launcher", defaultValue = "./sluice", description = "Starts the gateway (${DEFAULT-VALUE}).")
    private String launcher = "./sluice";

    @Option(names = "--java-options", defaultValue = "", description = "More options for the servers' JVMs.")
    private String javaOptions = "";

    @Option(names = "--checkout", defaultValue = ".", description = "Source checkout with the models.")
    private Path checkout = Path.of(".");

    @Option(names = "--seed", defaultValue = "1", description = "Of requests, arrivals and models.")
    private long seed = 1;

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        SpeedPlan plan = plan(spec);
        Files.createDirectories(out);
        SpeedResult result = new SpeedProof(plan, terminal, LoadClock.system()).run();
        SpeedReport.write(result, out);
        terminal.println();
        terminal.println(SpeedText.table(result));
        terminal.println("evidence: " + out);
        return result.exitCode().code();
    }

    private SpeedPlan plan(CommandSpec command) {
        try {
            return new SpeedPlan(
                    List.of(launcher),
                    javaOptions,
                    checkout,
                    goals(),
                    quick ? QUICK_ROUNDS : rounds,
                    Duration.ofSeconds(quick ? 1 : seconds),
                    quick ? Duration.ofSeconds(1) : warmup,
                    quick ? 1 : pairs,
                    quick ? Duration.ofSeconds(2) : pairSpan,
                    quick,
                    peers.stream().map(Peer::parse).toList(),
                    allocResult,
                    seed,
                    out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Set<Goal> goals() {
        List<String> unknown = new ArrayList<>(only);
        Set<Goal> goals = EnumSet.noneOf(Goal.class);
        for (Goal goal : Goal.values()) {
            if (only.isEmpty() || only.contains(goal.id())) {
                goals.add(goal);
                unknown.remove(goal.id());
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("goals are g1 to g14, got " + String.join(", ", unknown));
        }
        return goals;
    }
}
