package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.server.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the groups share: the plan, the ledger, the load drivers, and ways to start servers and to take turns.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class Bench {
    private static final Duration START_WITHIN = Duration.ofMinutes(3);
    private static final int WARMUPS_MORE = 20;
    /** A span in which nothing happens to be answered, on a machine that is busy with something else, is measured again. */
    private static final int SPANS_MORE = 2;

    private static final Duration LEAD_IN = Duration.ofMillis(500);
    /** Longer than a request waits behind 63 others that take 20 ms each. */
    private static final Duration HEAVY_LEAD_IN = Duration.ofSeconds(2);

    private final SpeedPlan plan;
    private final Ledger ledger;
    private final BenchRepository repository;
    private final PrintWriter out;
    private final GeneratorDriver generator;
    private final GeneratorDriver heavy;
    private final LoadDriver light;

    Bench(SpeedPlan plan, Ledger ledger, BenchRepository repository, PrintWriter out) {
        this.plan = plan;
        this.ledger = ledger;
        this.repository = repository;
        this.out = out;
        generator = new GeneratorDriver(LEAD_IN, plan.seed());
        heavy = new GeneratorDriver(plan.quick() ? LEAD_IN : HEAVY_LEAD_IN, plan.seed());
        WrkDriver wrk = WrkDriver.find(plan.out());
        light = wrk == null ? generator : wrk;
    }

    SpeedPlan plan() {
        return plan;
    }

    Ledger ledger() {
        return ledger;
    }

    BenchRepository repository() {
        return repository;
    }

    /** The driver that takes least CPU: for requests that cost microseconds, as JSON. */
    LoadDriver light() {
        return light;
    }

    /** This project's generator: for latencies. */
    GeneratorDriver generator() {
        return generator;
    }

    /** The same with a longer lead-in: for requests that cost milliseconds, of which many wait at once. */
    GeneratorDriver heavy() {
        return heavy;
    }

    /** Prints a line of progress. */
    void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Starts a gateway that serves these models; some may turn out not to be servable. */
    GatewayServer startGateway(SpeedGroup group, List<BenchModel> models)
            throws IOException, CannotMeasureException, InterruptedException {
        return new GatewayServer(startGateway(group.name(), repository.write(group.name(), models)));
    }

    /**
     * Starts a gateway that serves this folder.
     *
     * @param name of its log
     */
    ServerProcess startGateway(String name, Path served)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> command = new ArrayList<>(plan.launcher());
        Collections.addAll(command, "serve", served.toString());
        for (String setting : List.of("http.host=127.0.0.1", "http.port=0", "metrics.port=0", "control.port=0")) {
            Collections.addAll(command, "--set", setting);
        }
        Map<String, String> environment =
                plan.javaOptions().isBlank() ? Map.of() : Map.of("SLUICE_JAVA_OPTS", plan.javaOptions());
        Path log = plan.out().resolve("gateway-" + name + ".log");
        return ServerProcess.start(command, environment, log, START_WITHIN);
    }

    /** Starts the bare server with the JVM and the options of this gateway, and as many event loops. */
    BareServer startBare(SpeedGroup group, JvmCommand jvm)
            throws IOException, CannotMeasureException, InterruptedException {
        List<String> command = javaCommand(
                jvm,
                System.getProperty("java.class.path"),
                "dev.sluice.loadtest.proof.speed.baseline.BareServerMain",
                Integer.toString(eventLoops()));
        Path log = plan.out().resolve("bare-" + group.name() + ".log");
        return new BareServer(ServerProcess.start(command, Map.of(), log, START_WITHIN));
    }

    /**
     * Starts ONNX Runtime alone with the JVM and the options of this gateway, and as many callers as cores.
     *
     * @param length value of dynamic dimensions behind the first
     */
    InProcess startInProcess(SpeedGroup group, JvmCommand jvm, ModelFile model, int length)
            throws IOException, CannotMeasureException {
        List<String> command = javaCommand(
                jvm,
                System.getProperty("java.class.path")
                        + File.pathSeparator
                        + Path.of(jvm.jar()).toAbsolutePath(),
                "dev.sluice.loadtest.proof.speed.baseline.InProcessMain",
                repository.file(model).toString(),
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                Integer.toString(length));
        return InProcess.start(command, plan.out().resolve("in-process-" + group.name() + ".log"));
    }

    /* An argument file, because a class path of many jars makes a long command line. */
    private List<String> javaCommand(JvmCommand jvm, String classPath, String mainClass, String... arguments)
            throws IOException {
        String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
        Path file = plan.out().resolve("class-path-" + name + ".txt");
        Files.writeString(file, "-cp \"" + classPath + "\"\n");
        List<String> command = new ArrayList<>();
        command.add(jvm.java());
        command.addAll(jvm.options());
        command.add("@" + file);
        command.add(mainClass);
        Collections.addAll(command, arguments);
        return command;
    }

    /** As many as the gateway's default. */
    private static int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** Lets both sides compile what they need, and nobody looks. */
    void warmUp(LoadDriver driver, List<Target> targets, int connections)
            throws IOException, CannotMeasureException, InterruptedException {
        for (Target target : targets) {
            say(String.format(
                    Locale.ROOT,
                    "  warming up %s (%s), %d s",
                    target.system(),
                    target.model(),
                    plan.warmup().toSeconds()));
            Figures figures = driver.closedLoop(target, connections, plan.warmup());
            for (int more = 0; !(figures.okPerSecond() > 0) && more < WARMUPS_MORE; more++) {
                figures = driver.closedLoop(target, connections, plan.warmup());
            }
            if (!(figures.okPerSecond() > 0)) {
                throw new CannotMeasureException(target.system() + " has answered nothing in "
                        + (WARMUPS_MORE + 1) * plan.warmup().toSeconds() + " s");
            }
        }
    }

    /**
     * Measures the targets one after the other, in the given order in even rounds and backwards in odd ones, so that what
     * drifts hits all of them.
     *
     * @return the figures by the targets' systems, in the given order
     */
    Map<String, Figures> inTurn(LoadDriver driver, String work, int round, List<Target> targets, int connections)
            throws IOException, CannotMeasureException, InterruptedException {
        List<Target> order = new ArrayList<>(targets);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        Map<String, Figures> measured = new LinkedHashMap<>();
        targets.forEach(target -> measured.put(target.system(), Figures.NONE));
        for (Target target : order) {
            Figures figures = driver.closedLoop(target, connections, plan.span());
            for (int more = 0; figures.okPerSecond() == 0 && more < SPANS_MORE; more++) {
                say("  " + target.system() + " answered nothing in a span of "
                        + plan.span().toMillis() + " ms: once more");
                figures = driver.closedLoop(target, connections, plan.span());
            }
            measured.put(target.system(), figures);
            ledger.add(new Sample(work, target.system(), connections, round, figures));
        }
        return measured;
    }

    /** Prints what a round found. */
    void sayRound(int round, String text) {
        say(String.format(Locale.ROOT, "  round %d/%d: %s", round + 1, plan.rounds(), text));
    }
}
