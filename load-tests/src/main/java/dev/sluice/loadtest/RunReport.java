package dev.sluice.loadtest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that reports show: a run, the search it ended, and where and how it was made.
 *
 * <p>Threading: immutable.
 *
 * @param result the run, or the one of a search that is shown in full
 * @param search null when the rate was given
 * @param startedAt when it began
 * @param commandLine its arguments, without the program's name
 * @param environment what it ran on, by name
 */
public record RunReport(
        LoadResult result,
        @Nullable SearchResult search,
        Instant startedAt,
        List<String> commandLine,
        Map<String, String> environment) {
    public RunReport {
        commandLine = List.copyOf(commandLine);
        environment = Map.copyOf(environment);
    }

    /** The verdict. */
    public ExitCode exitCode() {
        return search == null ? result.exitCode() : search.exitCode();
    }

    /** The machine and Java that the generator runs on. */
    static Map<String, String> thisMachine() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("system", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
        environment.put("cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
        environment.put("java", property("java.vm.name") + " " + property("java.runtime.version"));
        String version = RunReport.class.getPackage().getImplementationVersion();
        environment.put("generator", "sluice load" + (version == null ? "" : " " + version));
        return environment;
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
