package dev.sluice.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with the class path of the tests.
 *
 * @param exitCode what it ended with
 * @param out what it printed
 * @param err what it printed on its error stream
 */
record TestProcess(int exitCode, String out, String err) {
    private static final long SECONDS_MAX = 120;

    /** The command that runs a class; {@code folder} gets an argument file, because a class path of many jars is long. */
    static List<String> command(Path folder, String mainClass, String... arguments) throws IOException {
        Path classPath = folder.resolve("class-path");
        Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs {@code sluice load} as users do and waits for its end. */
    static TestProcess load(Path folder, String... arguments) {
        List<String> all = new ArrayList<>(List.of("load"));
        all.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        try {
            Process process = new ProcessBuilder(command(folder, LoadMain.class.getName(), all.toArray(new String[0])))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("sluice load did not end within " + SECONDS_MAX + " s");
            }
            return new TestProcess(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
