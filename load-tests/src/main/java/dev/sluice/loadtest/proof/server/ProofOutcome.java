package dev.sluice.loadtest.proof.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;

/**
 * What a finished proof leaves behind: its verdict and figures, for people and for programs.
 *
 * <p>Threading: immutable, but for {@code figures}, which its maker hands over.
 *
 * @param proof its name
 * @param lines of the table, without the verdict
 * @param figures of {@code result.json}, without the verdict
 */
public record ProofOutcome(String proof, ProofVerdict verdict, List<String> lines, ObjectNode figures) {
    public ProofOutcome {
        lines = List.copyOf(lines);
    }

    /** The table for the terminal, without a line break after the last line. */
    public String table() {
        StringJoiner table = new StringJoiner("\n");
        lines.forEach(table::add);
        table.add("");
        table.add(proof + ": " + verdict.exitCode().words());
        verdict.reasons().forEach(reason -> table.add("  " + reason));
        if (verdict.machineBusy()) {
            table.add(CannotMeasureException.MACHINE_BUSY);
        }
        return table.toString();
    }

    /** Writes {@code result.json} and {@code table.txt}. */
    public void write(Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("format", 1);
        root.put("proof", proof);
        root.put("verdict", verdict.exitCode().words());
        verdict.reasons().forEach(root.putArray("reasons")::add);
        root.put("machine_busy", verdict.machineBusy());
        root.setAll(figures);
        mapper.writeValue(folder.resolve("result.json").toFile(), root);
        Files.writeString(folder.resolve("table.txt"), table() + "\n");
    }
}
