package dev.sluice.loadtest.proof.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Java program and options that a running JVM was started with, so that another one can be started just so.
 *
 * <p>Threading: immutable.
 *
 * @param java path of the program
 * @param options of the JVM, without those that name an archive of classes or the gateway's own libraries
 * @param jar what {@code -jar} named
 */
record JvmCommand(String java, List<String> options, String jar) {
    private static final List<String> OWN = List.of(
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:+AutoCreateSharedArchive",
            "-XX:AOT",
            "-XX:+AOT",
            "-XX:-AOT",
            "-Xshare",
            "-Xlog",
            "-Donnxruntime.native.path",
            "-Djava.library.path",
            "-Dsluice.");

    JvmCommand {
        options = List.copyOf(options);
    }

    /** @throws IOException if the process has gone or was not started with {@code -jar} */
    static JvmCommand of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
        return parse(Files.readSymbolicLink(process.resolve("exe")).toString(), List.of(line.split("\0", -1)));
    }

    /** The version that the Java program's home states, for example {@code 25.0.1}; empty where it does not. */
    String version() throws IOException {
        Path release = Path.of(java).resolve("../../release").normalize();
        if (Files.isRegularFile(release)) {
            for (String line : Files.readAllLines(release)) {
                if (line.startsWith("JAVA_VERSION=")) {
                    return line.substring(line.indexOf('=') + 1).replace("\"", "");
                }
            }
        }
        return "";
    }

    static JvmCommand parse(String java, List<String> words) throws IOException {
        int jar = words.indexOf("-jar");
        if (jar < 1 || jar + 1 >= words.size()) {
            throw new IOException("a JVM with -jar was expected, got " + String.join(" ", words));
        }
        List<String> options = new ArrayList<>();
        for (String word : words.subList(1, jar)) {
            if (OWN.stream().noneMatch(word::startsWith)) {
                options.add(word);
            }
        }
        return new JvmCommand(java, options, words.get(jar + 1));
    }
}
