package dev.sluice.loadtest.proof.speed.baseline;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ProcFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What ONNX Runtime does when nobody stands before it: as many callers as cores on one shared session, one thread inside a
 * run, no spinning, inputs and outputs in place before anything is timed, and another input in every run.
 *
 * <p>Arguments: model file, callers, value of dynamic dimensions behind the first. Prints {@code ready}; then answers each
 * line {@code BATCH MILLIS} with {@code figures ROWS_PER_SECOND CPU_MICROS_PER_ROW}, until the input ends. Between lines it
 * does nothing.
 *
 * <p>Threading: the main thread reads lines; each caller is a thread with tensors of its own.
 */
public final class InProcessMain {
    private InProcessMain() {}

    public static void main(String[] args) throws OrtException, IOException, InterruptedException, ExecutionException {
        int callers = Integer.parseInt(args[1]);
        long length = Long.parseLong(args[2]);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            try (OrtSession session = environment.createSession(args[0], options);
                    BufferedReader lines =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                System.out.println("ready");
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] words = line.split(" ", 2);
                    int batch = Integer.parseInt(words[0]);
                    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
                    measure(environment, session, threads, callers, batch, length, nanos);
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void measure(
            OrtEnvironment environment,
            OrtSession session,
            ExecutorService threads,
            int callers,
            int batch,
            long length,
            long nanos)
            throws OrtException, IOException, InterruptedException, ExecutionException {
        List<PreparedRun> runs = new ArrayList<>();
        try {
            for (int i = 0; i < callers; i++) {
                runs.add(new PreparedRun(environment, session, batch, length, i));
            }
            LoadClock clock = LoadClock.system();
            ProcFiles proc = new ProcFiles(Path.of("/proc"));
            long pid = ProcessHandle.current().pid();
            long cpuBefore = proc.cpuNanos(pid);
            long began = clock.nanoTime();
            List<Future<double[]>> callersDone = new ArrayList<>();
            for (PreparedRun run : runs) {
                callersDone.add(threads.submit(() -> repeat(run, clock, began, nanos)));
            }
            double rows = 0;
            double rowsPerSecond = 0;
            for (Future<double[]> done : callersDone) {
                double[] runsAndSeconds = done.get();
                rows += runsAndSeconds[0] * batch;
                rowsPerSecond += runsAndSeconds[0] * batch / runsAndSeconds[1];
            }
            double cpuMicros = (proc.cpuNanos(pid) - cpuBefore) / 1e3;
            System.out.println(String.format(Locale.ROOT, "figures %.6f %.6f", rowsPerSecond, cpuMicros / rows));
        } finally {
            runs.forEach(PreparedRun::close);
        }
    }

    /** Runs until the time is over; returns how often, and the seconds from the common start to the end of the last run. */
    private static double[] repeat(PreparedRun run, LoadClock clock, long began, long nanos) throws OrtException {
        long count = 0;
        long now = clock.nanoTime();
        while (now - began < nanos) {
            run.run();
            count++;
            now = clock.nanoTime();
        }
        return new double[] {count, (now - began) / 1e9};
    }
}
