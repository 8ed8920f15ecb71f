package dev.sluice.gateway.replay;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to a candidate, several at once, and writes the comparisons in their order.
 *
 * <p>Bound: {@value #WAITING_FACTOR} records for each thread are on their way.
 *
 * <p>Threading: confined to one thread, which blocks; the requests are sent by threads of its own.
 */
public final class Replay implements Closeable {
    private static final int WAITING_FACTOR = 2;
    /** A candidate that is not reached so many times in a row is not there. */
    private static final int UNREACHABLE_MAX = 10;

    private final Candidate candidate;
    private final Comparer comparer;
    private final Optional<String> onlyModel;
    private final @Nullable ComparisonWriter writer;
    private final int concurrency;
    private final ExecutorService threads;
    private final Queue<Sent> waiting = new ArrayDeque<>();
    private final ReplayCounts counts = new ReplayCounts();
    private int unreachable;

    private record Sent(LoggedRecord record, Future<CandidateAnswer> answer) {}

    /**
     * How records are replayed.
     *
     * @param url of the candidate
     * @param name of it, for the records
     * @param onlyModel the model whose records are replayed; empty for all
     * @param concurrency requests at once, at least 1
     * @param tolerance two numbers a (logged) and b are close when |a - b| &lt;= tolerance * (1 + |a|)
     * @param timeout longest time of one request
     */
    public record Plan(
            CandidateUrl url,
            String name,
            Optional<String> onlyModel,
            int concurrency,
            double tolerance,
            Duration timeout) {}

    /**
     * Begins.
     *
     * @param out where comparisons are written to; null for nowhere
     */
    public static Replay begin(Plan plan, @Nullable OutputStream out) throws IOException {
        return new Replay(plan, out == null ? null : new ComparisonWriter(out, plan.name()));
    }

    private Replay(Plan plan, @Nullable ComparisonWriter writer) {
        this.candidate = new Candidate(plan.url(), plan.timeout());
        this.comparer = new Comparer(plan.tolerance());
        this.onlyModel = plan.onlyModel();
        this.concurrency = plan.concurrency();
        this.writer = writer;
        this.threads = Executors.newFixedThreadPool(plan.concurrency(), task -> {
            Thread thread = new Thread(task, "sluice-replay");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Replays a record, or counts why it cannot be.
     *
     * @return false once there is no point in going on: the candidate is not there
     */
    public boolean add(LoggedRecord record) throws IOException, InterruptedException {
        String reason = reasonToSkip(record);
        if (!reason.isEmpty()) {
            counts.skipped(reason);
            return true;
        }
        waiting.add(new Sent(record, threads.submit(() -> candidate.ask(record))));
        if (waiting.size() >= WAITING_FACTOR * concurrency) {
            settle(waiting.remove());
        }
        return unreachable < UNREACHABLE_MAX;
    }

    private String reasonToSkip(LoggedRecord record) {
        if (onlyModel.isPresent() && !onlyModel.get().equals(record.model().name())) {
            return "other_model";
        }
        if (record.redacted()) {
            return "redacted";
        }
        if (!record.inputDigests().isEmpty() || !record.outputDigests().isEmpty()) {
            return "digest";
        }
        return record.request().isEmpty() ? "unreadable" : "";
    }

    /** Waits for all that is on its way. */
    public ReplayCounts finish() throws IOException, InterruptedException {
        while (!waiting.isEmpty()) {
            settle(waiting.remove());
        }
        return counts;
    }

    /** How it goes so far. */
    public ReplayCounts counts() {
        return counts;
    }

    private void settle(Sent sent) throws IOException, InterruptedException {
        CandidateAnswer answer;
        try {
            answer = sent.answer().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("record " + sent.record().predictionId(), e.getCause());
        }
        unreachable = answer.status().equals(CandidateAnswer.UNREACHABLE) ? unreachable + 1 : 0;
        Comparison comparison = comparer.compare(sent.record(), answer);
        counts.add(comparison);
        if (writer != null) {
            writer.write(comparison);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        if (writer != null) {
            writer.close();
        }
    }
}
