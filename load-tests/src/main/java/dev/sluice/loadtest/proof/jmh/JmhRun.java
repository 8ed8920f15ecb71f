package dev.sluice.loadtest.proof.jmh;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * Runs benchmarks of this module's test classes with JMH, in a process of their own.
 *
 * <p>Threading: blocking; one run at a time.
 */
final class JmhRun {
    private static final Path BENCHMARKS = Path.of("load-tests/target/test-classes");
    private static final String LIST = "META-INF/BenchmarkList";
    private static final Path SOURCES = Path.of("load-tests/src/test");
    private static final String BUILD = "build it with: mvn -B -DskipTests package";
    private static final Path SERVER = Path.of("gateway/target/sluice.jar");
    private static final Path JMH = Path.of("load-tests/target/jmh");

    @Option(names = "--forks", defaultValue = "1", description = "JVMs per benchmark (${DEFAULT-VALUE}).")
    private int forks = 1;

    @Option(names = "--warmups", defaultValue = "4", description = "Warm-up iterations (${DEFAULT-VALUE}).")
    private int warmups = 4;

    @Option(names = "--iterations", defaultValue = "4", description = "Measured iterations (${DEFAULT-VALUE}).")
    private int iterations = 4;

    @Option(names = "--time", defaultValue = "1s", description = "Of one iteration (${DEFAULT-VALUE}).")
    private Duration time = Duration.ofSeconds(1);

    /**
     * Runs the benchmarks whose names match; their output goes to this process's.
     *
     * @param include regular expression
     * @param folder takes JMH's own result, {@code jmh.json}
     * @throws CannotMeasureException when they are not built, or one of them failed
     */
    JmhScores run(String include, Path folder) throws IOException, InterruptedException, CannotMeasureException {
        for (Path needed : List.of(BENCHMARKS.resolve(LIST), SERVER, JMH)) {
            if (!Files.exists(needed)) {
                throw new CannotMeasureException(needed + " is missing; " + BUILD);
            }
        }
        requireNewerThanSources(BENCHMARKS.resolve(LIST), SOURCES);
        Path result = folder.resolve("jmh.json");
        ProcessBuilder process = new ProcessBuilder(command(include, result)).inheritIO();
        process.environment().put("ORT_DISABLE_TELEMETRY", "1");
        int exit = process.start().waitFor();
        if (exit != 0) {
            throw new CannotMeasureException("JMH ended with exit code " + exit + "; its output says why");
        }
        return JmhScores.read(result);
    }

    /**
     * The launcher builds what the products are made of; these are tests.
     *
     * @param list what the build of the benchmarks writes last
     * @throws CannotMeasureException if a Java source below {@code sources} was changed after it
     */
    static void requireNewerThanSources(Path list, Path sources) throws IOException, CannotMeasureException {
        FileTime built = Files.getLastModifiedTime(list);
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".java")
                        && Files.getLastModifiedTime(file).compareTo(built) > 0) {
                    throw new CannotMeasureException(list + " is older than " + file + "; " + BUILD);
                }
            }
        }
    }

    private List<String> command(String include, Path result) {
        String perIteration = time.toMillis() + "ms";
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, BENCHMARKS.toString(), SERVER.toString(), JMH + "/*"),
                "org.openjdk.jmh.Main",
                include,
                "-f",
                Integer.toString(forks),
                "-wi",
                Integer.toString(warmups),
                "-w",
                perIteration,
                "-i",
                Integer.toString(iterations),
                "-r",
                perIteration,
                "-prof",
                "gc",
                "-foe",
                "true",
                "-rf",
                "json",
                "-rff",
                result.toString());
    }
}
