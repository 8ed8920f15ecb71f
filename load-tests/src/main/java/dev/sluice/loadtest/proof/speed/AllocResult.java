package dev.sluice.loadtest.proof.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What {@code prove alloc} found about the heap of a request; that proof takes minutes of JMH, so it is not run again here.
 *
 * <p>Threading: stateless.
 */
final class AllocResult {
    private static final String HOW = "run load-tests/prove alloc";

    private AllocResult() {}

    /**
     * Adds the rows of the goals, or says that they are measured elsewhere.
     *
     * @param file the proof's {@code result.json}, or null when there is none
     * @throws IOException if it cannot be read
     */
    static void read(@Nullable Path file, Ledger ledger) throws IOException {
        if (file == null) {
            ledger.leave(Goal.HEAP_BYTES, HOW);
            ledger.leave(Goal.HEAP_GROWTH, HOW);
            return;
        }
        JsonNode goals = new ObjectMapper().readTree(Files.readString(file)).path("goals");
        add(goals, "heap bytes", Goal.HEAP_BYTES, file, ledger);
        add(goals, "growth", Goal.HEAP_GROWTH, file, ledger);
    }

    /** For example {@code alloc-20260102T030405Z of 2026-01-02}: this run has not measured it itself. */
    private static String origin(Path file) throws IOException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path name = folder == null ? null : folder.getFileName();
        return (name == null ? file : name) + " of "
                + LocalDate.ofInstant(Files.getLastModifiedTime(file).toInstant(), ZoneOffset.UTC);
    }

    /** The newest evidence of the proof in this checkout, or null. */
    static @Nullable Path newest(Path checkout) throws IOException {
        Path proofs = checkout.resolve("proofs-out");
        Path newest = null;
        if (Files.isDirectory(proofs)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(proofs, "alloc-*")) {
                for (Path folder : folders) {
                    Path result = folder.resolve("result.json");
                    // The folders are named after the time.
                    if (Files.isRegularFile(result) && (newest == null || result.compareTo(newest) > 0)) {
                        newest = result;
                    }
                }
            }
        }
        return newest;
    }

    private static void add(JsonNode goals, String begins, Goal goal, Path file, Ledger ledger) throws IOException {
        for (JsonNode found : goals) {
            if (found.path("what").asText().startsWith(begins)
                    && found.path("measured").isNumber()) {
                ledger.add(goal, found.path("measured").asDouble());
                ledger.note(goal, found.path("what").asText() + ", by prove alloc: " + origin(file));
                return;
            }
        }
        ledger.fail(goal, file + " has no goal that begins with '" + begins + "'");
    }
}
