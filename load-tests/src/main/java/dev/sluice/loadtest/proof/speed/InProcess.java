package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * ONNX Runtime without a server before it, in a process that this run has started and that does nothing between spans.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class InProcess implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 10;

    private final Process process;
    private final Path log;
    private final BufferedReader answers;
    private final Writer questions;

    private InProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** @throws CannotMeasureException if it ends before it is ready */
    static InProcess start(List<String> command, Path log) throws IOException, CannotMeasureException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        // Before the JVM starts: without it the runtime sends telemetry.
        builder.environment().putAll(Map.of("ORT_DISABLE_TELEMETRY", "1"));
        InProcess started = new InProcess(builder.start(), log);
        try {
            String said = started.answer();
            if (!said.equals("ready")) {
                throw new CannotMeasureException("the in-process baseline must say ready, got '" + said + "'");
            }
            return started;
        } catch (IOException | CannotMeasureException e) {
            started.close();
            throw e;
        }
    }

    /**
     * The best of several batch sizes: rows per second and CPU time per row.
     *
     * @param each how long each size runs
     */
    Figures best(List<Integer> batches, Duration each) throws IOException, CannotMeasureException {
        Figures best = Figures.NONE;
        for (int batch : batches) {
            questions.write(batch + " " + each.toMillis() + "\n");
            questions.flush();
            String[] words = answer().split(" ", -1);
            if (words.length != 3 || !words[0].equals("figures")) {
                throw new CannotMeasureException(
                        "the in-process baseline must say its figures, got '" + String.join(" ", words) + "'");
            }
            double rowsPerSecond = Double.parseDouble(words[1]);
            if (!(rowsPerSecond <= best.okPerSecond())) {
                best = new Figures(rowsPerSecond, Double.NaN, Double.NaN, Double.parseDouble(words[2]));
            }
        }
        return best;
    }

    private String answer() throws IOException, CannotMeasureException {
        String line = answers.readLine();
        if (line == null) {
            throw new CannotMeasureException("the in-process baseline has ended; see " + log);
        }
        return line;
    }

    /** Ends its input, upon which it ends. */
    @Override
    public void close() {
        try {
            questions.close();
            if (process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has ended already; what is left is to make sure of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
