package dev.sluice.loader.execution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.FakeTransform;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.transform.TransformThreads;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransformedRequestTest {
    private final ManagerFixture f = new ManagerFixture();
    private final FakeNanoClock clock = new FakeNanoClock();
    private final FakeRequestLoop loop = new FakeRequestLoop(0, clock);
    private final TransformThreads threads = TransformThreads.start(1, 1);
    private final FakeTransform transform = new FakeTransform(f.pool, true);
    private final List<ModelKey> observed = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();
    private @Nullable ModelHandle handle;

    private record End(
            @Nullable InferResponse response, @Nullable InferenceException failure) {}

    @AfterEach
    void leavesNoMemoryBehind() {
        threads.close();
        loop.runUntil(() -> f.pool.bytesInUse() == 0);
        if (handle != null) {
            handle.close();
        }
        f.close();
    }

    private Submission start(FakeTransform of, long deadlineNanos, String... numbers) {
        if (handle == null) {
            f.reconcile(ManagerFixture.versions(1));
            handle = requireNonNull(f.manager.acquire(ManagerFixture.key(1)));
        }
        ReadyVersion plain = handle.version();
        ReadyVersion version = new ReadyVersion(
                plain.key(),
                of.signature(),
                plain.config(),
                plain.device(),
                plain.batcher(),
                plain.batching(),
                plain.tuning(),
                plain.estimateBytes(),
                plain.loadDuration(),
                plain.loadedAt(),
                of,
                List.of(),
                plain.lineage());
        TensorSet inputs = Tensors.strings(f.pool, "n", Shape.of(numbers.length), numbers);
        Submission submission = new TransformedRequest(
                        threads,
                        (key, waited, worked) -> observed.add(key),
                        clock,
                        version,
                        of,
                        Tensors.request(inputs, deadlineNanos),
                        loop,
                        (response, failure) -> ends.add(new End(response, failure)))
                .start();
        if (submission.rejection() != null) {
            inputs.release();
        }
        return submission;
    }

    private Submission start(String... numbers) {
        return start(transform, InferRequest.NO_DEADLINE, numbers);
    }

    private void turnUntilEnded() {
        loop.runUntil(() -> {
            loop.tick();
            return !ends.isEmpty();
        });
    }

    private FakeServableModel model() {
        return f.loader.models().get(0);
    }

    private InferenceException failure() {
        return requireNonNull(ends.get(0).failure());
    }

    @Test
    void answersWithTransformedOutputsOfTransformedInputs() {
        start("1.5", "4");
        turnUntilEnded();

        InferResponse response = requireNonNull(ends.get(0).response());
        assertThat(response.outputs().tensors().get(0).name()).isEqualTo("doubled");
        assertThat(Tensors.floats(response.outputs().tensors().get(0))).containsExactly(3f, 8f);
        assertThat(observed).containsExactly(ManagerFixture.key(1));
        response.release();
    }

    @Test
    void outputsThatDoNotChangeAreNotTransformed() {
        FakeTransform inputsOnly = new FakeTransform(f.pool, false);

        start(inputsOnly, InferRequest.NO_DEADLINE, "7");
        turnUntilEnded();

        InferResponse response = requireNonNull(ends.get(0).response());
        assertThat(Tensors.floats(response.outputs().tensors().get(0))).containsExactly(7f);
        assertThat(inputsOnly.finished()).isZero();
        response.release();
    }

    @Test
    void inputThatCannotBeTransformedFailsWithItsReason() {
        start("1", "one");
        turnUntilEnded();

        assertThat(failure().code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(failure()).hasMessage("input 'n' row 1 must be a number");
        assertThat(requireNonNull(handle).version().batcher().stats().executionCount())
                .isZero();
        assertThat(observed).isEmpty();
    }

    @Test
    void transformThatBreaksIsABug() {
        transform.failAfter(new IllegalStateException("made up"));

        start("1");
        turnUntilEnded();

        assertThat(failure().code()).isEqualTo(ErrorCode.BUG);
    }

    @Test
    void refusedRequestTakesNothing() throws Exception {
        CountDownLatch gate = transform.hold();
        start("1");
        transform.awaitEntered();
        start("2");

        Submission refused = start("3");

        assertThat(requireNonNull(refused.rejection()).code()).isEqualTo(ErrorCode.OVERLOADED);
        gate.countDown();
        loop.runUntil(() -> {
            loop.tick();
            return ends.size() == 2;
        });
        ends.forEach(end -> requireNonNull(end.response()).release());
    }

    /** Nothing else bounds what many small rows become while they are transformed. */
    @Test
    void moreRowsThanTheQueueHoldsAreRejectedBeforeTheyAreTransformed() {
        String[] numbers = new String[8193];
        Arrays.fill(numbers, "1");

        Submission submission = start(numbers);

        assertThat(requireNonNull(submission.rejection()).code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(requireNonNull(submission.rejection()))
                .hasMessage(
                        "a request to model 'm' version 1 may have at most 8192 rows (batching.queue-rows), got 8193");
        assertThat(transform.begun()).isZero();
    }

    @Test
    void deadlineThatIsOverIsRejected() {
        Submission submission = start(transform, clock.nanoTime() - 1, "1");

        assertThat(requireNonNull(submission.rejection()))
                .hasMessage(
                        "deadline exceeded: the request to model 'm' version 1 could not be transformed before it was"
                                + " over");
    }

    @Test
    void deadlineThatPassesWhileItWaitsForAThreadEndsItAtOnce() {
        CountDownLatch gate = transform.hold();
        start("1");
        transform.awaitEntered();
        start(transform, clock.nanoTime() + 5_000_000, "2");

        loop.advanceMillis(5);

        assertThat(failure().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure())
                .hasMessage("deadline exceeded: the request to model 'm' version 1 was still with its transform");
        gate.countDown();
        loop.runUntil(() -> {
            loop.tick();
            return ends.size() == 2;
        });
        requireNonNull(ends.get(1).response()).release();
        assertThat(transform.begun()).isEqualTo(1);
    }

    @Test
    void timerGoesWhenTheRequestEnds() {
        start(transform, clock.nanoTime() + 60_000_000_000L, "nothing");
        turnUntilEnded();

        assertThat(loop.timerCount()).isZero();
    }

    @Test
    void cancelledWhileTransformedEndsOnceAndGivesItsMemoryBack() {
        CountDownLatch gate = transform.hold();
        Submission submission = start("1");
        transform.awaitEntered();

        submission.cancel();
        submission.cancel();
        gate.countDown();

        assertThat(failure().code()).isEqualTo(ErrorCode.CANCELLED);
        loop.runUntil(() -> f.pool.bytesInUse() == 0);
        assertThat(ends).hasSize(1);
        assertThat(requireNonNull(handle).version().batcher().stats().executionCount())
                .isZero();
    }

    @Test
    void cancelledWhileTransformedLeavesTheOtherRowsAlone() {
        CountDownLatch gate = transform.hold();
        Submission submission = start("1", "2", "3");
        transform.awaitEntered();

        submission.cancel();
        gate.countDown();

        loop.runUntil(() -> f.pool.bytesInUse() == 0);
        assertThat(transform.rows()).isZero();
        assertThat(failure()).hasMessage("the request was cancelled");
    }

    /** The loop may be busy with something else when the deadline passes: the thread sees it by itself. */
    @Test
    void deadlineThatPassesWhileTransformedLeavesTheOtherRowsAlone() {
        CountDownLatch gate = transform.hold();
        start(transform, clock.nanoTime() + 5_000_000, "1", "2", "3");
        transform.awaitEntered();

        clock.advanceMillis(5);
        gate.countDown();
        turnUntilEnded();

        assertThat(transform.rows()).isZero();
        assertThat(failure().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure())
                .hasMessage("deadline exceeded: the request to model 'm' version 1 was still with its transform");
        assertThat(f.pool.bytesInUse()).isZero();
    }

    @Test
    void cancelledWhileTheModelRunsEndsOnce() {
        f.reconcile(ManagerFixture.versions(1));
        int before = model().runs().size();
        model().hold();
        Submission submission = start("1");
        loop.runUntil(() -> {
            loop.tick();
            return model().runs().size() > before;
        });

        submission.cancel();
        model().letAllPass();

        assertThat(failure().code()).isEqualTo(ErrorCode.CANCELLED);
        loop.runUntil(() -> f.pool.bytesInUse() == 0);
        assertThat(ends).hasSize(1);
        assertThat(transform.finished()).isZero();
    }

    @Test
    void stoppingEndsWhatWaits() {
        CountDownLatch gate = transform.hold();
        start("1");
        transform.awaitEntered();
        start("2");

        threads.close();
        turnUntilEnded();

        assertThat(failure()).hasMessage("the server is stopping");
        gate.countDown();
        loop.runUntil(() -> {
            loop.tick();
            return ends.size() == 2;
        });
        assertThat(requireNonNull(ends.get(1).failure())).hasMessage("the server is stopping");
    }

    @Test
    void rejectionByTheBatcherIsTheRequestsFailure() {
        f.reconcile(ManagerFixture.versions(1));
        CountDownLatch gate = transform.hold();
        start("1");
        transform.awaitEntered();
        requireNonNull(handle).version().batcher().failWaiting();

        gate.countDown();
        turnUntilEnded();

        assertThat(failure().code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
    }
}
