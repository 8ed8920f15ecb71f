package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatcherFixture.Outcome;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting: bounds, deadlines, cancelling, fairness; a held model keeps the inference threads busy. */
class BatcherQueueTest {
    private final BatcherFixture f = new BatcherFixture(1);

    @AfterEach
    void leavesNoMemoryBehind() {
        f.close();

        assertThat(f.pool.bytesInUse()).isZero();
    }

    private Outcome occupy(Batcher batcher, FakeServableModel held) {
        Outcome running = f.submit(batcher, f.rows(100));
        f.loop.tick();
        held.awaitEntered(1);
        return running;
    }

    @Test
    void whatWaitsWhileThreadsAreBusyBecomesOneRun() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);

        Outcome first = f.submit(batcher, f.rows(1));
        f.loop.tick();
        Outcome second = f.submit(batcher, f.rows(2));
        f.loop.tick();
        model.letAllPass();
        f.await(running, first, second);

        assertThat(model.rowsPerRun()).containsExactly(1L, 2L);
        assertThat(List.of(running.values(), first.values(), second.values()))
                .containsExactly(List.of(100f), List.of(1f), List.of(2f));
    }

    @Test
    void repliesOfOneBatchReachTheLoopAsOneTask() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));

        Outcome[] outcomes = new Outcome[8];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = f.submit(batcher, f.rows(i));
        }
        f.loop.tick();
        f.await(outcomes);

        assertThat(f.loop.tasksRun()).isEqualTo(1);
        List.of(outcomes).forEach(o -> o.answer().release());
    }

    @Test
    void answersGoToTheLoopOfEachRequest() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        FakeRequestLoop otherLoop = new FakeRequestLoop(3, f.clock);
        Outcome here = f.submit(batcher, f.rows(1));
        Outcome there = new Outcome();
        batcher.submit(f.rows(2), otherLoop, there);

        f.loop.tick();
        otherLoop.tick();
        model.letAllPass();
        f.await(running, here);
        assertThat(there.done()).isFalse();
        otherLoop.runUntil(there::done);

        assertThat(model.rowsPerRun()).containsExactly(1L, 2L);
        assertThat(here.values()).containsExactly(1f);
        assertThat(there.values()).containsExactly(2f);
        running.answer().release();
    }

    @Test
    void rejectsWhenTheQueueIsFullOfRows() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, new BatchPolicy(true, 32, 3, 1000, 1));
        Outcome running = occupy(batcher, model);
        Outcome waiting = f.submit(batcher, f.rows(1, 2));

        var rejection = f.reject(batcher, f.rows(1, 2));
        f.loop.tick();
        model.letAllPass();
        f.await(running, waiting);

        assertThat(rejection.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(rejection)
                .hasMessage("the queue of model 'm' version 3 is full: 2 rows wait, 2 more exceed the limit of 3 rows");
        assertThat(batcher.stats().rejectedCount()).isEqualTo(1);
        running.answer().release();
        waiting.answer().release();
    }

    @Test
    void rejectsWhenTheQueueIsFullOfBytes() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, new BatchPolicy(true, 32, 100, 12, 1));
        Outcome running = occupy(batcher, model);
        Outcome waiting = f.submit(batcher, f.rows(1, 2));

        var rejection = f.reject(batcher, f.rows(1, 2));
        f.loop.tick();
        model.letAllPass();
        f.await(running, waiting);

        assertThat(rejection.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(rejection)
                .hasMessage(
                        "the queue of model 'm' version 3 is full: 8 bytes wait, 8 more exceed the limit of 12 bytes");
        running.answer().release();
        waiting.answer().release();
    }

    @Test
    void refusesWhatCouldNeverBeQueued() {
        Batcher rows = f.batcher(f.rowSums(), new BatchPolicy(true, 32, 3, 1000, 1));
        Batcher bytes = f.batcher(f.rowSums(), new BatchPolicy(true, 32, 100, 12, 1));

        var tooManyRows = f.reject(rows, f.rows(1, 2, 3, 4));
        var tooManyBytes = f.reject(bytes, f.rows(1, 2, 3, 4));

        assertThat(tooManyRows.code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(tooManyRows).hasMessage("a request to model 'm' version 3 may have at most 3 rows, got 4");
        assertThat(tooManyBytes.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(tooManyBytes)
                .hasMessage("the inputs of a request to model 'm' version 3 may have at most 12 bytes, got 16");
    }

    @Test
    void deadlineEndsTheWaitingWhileAllThreadsAreBusy() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        Outcome waiting = f.submit(batcher, f.rowsUntil(50, 1));
        f.loop.tick();

        f.loop.advanceMillis(50);

        assertThat(waiting.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(waiting.failed())
                .hasMessage("deadline exceeded: the request to model 'm' version 3 waited 50 ms in the queue and did"
                        + " not run");
        assertThat(batcher.stats().waitingRows()).isZero();
        assertThat(batcher.stats().deadlineCount()).isEqualTo(1);
        model.letAllPass();
        f.await(running);
        assertThat(model.runs()).hasSize(1);
        running.answer().release();
    }

    @Test
    void deadlineEndsARunningRequestAndItsLateAnswerIsDropped() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = f.submit(batcher, f.rowsUntil(50, 1));
        f.clock.advanceMillis(10);
        f.loop.tick();
        model.awaitEntered(1);

        f.loop.advanceMillis(40);

        assertThat(running.failed())
                .hasMessage("deadline exceeded: the request to model 'm' version 3 waited 10 ms in the queue and ran"
                        + " for 40 ms without an answer");
        model.letAllPass();
        Outcome next = f.submit(batcher, f.rows(2));
        f.loop.tick();
        f.await(next);
        assertThat(running.calls).isEqualTo(1);
        next.answer().release();
    }

    @Test
    void requestsThatExpiredUnnoticedAreLeftOutOfTheBatch() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        Outcome late = f.submit(batcher, f.rowsUntil(50, 1));
        Outcome inTime = f.submit(batcher, f.rows(2));
        Outcome lateToo = f.submit(batcher, f.rowsUntil(50, 3));
        f.loop.tick();

        f.clock.advanceMillis(60);
        model.letAllPass();
        f.await(running, late, inTime, lateToo);

        assertThat(model.rowsPerRun()).containsExactly(1L, 1L);
        assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(lateToo.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(inTime.values()).containsExactly(2f);
        running.answer().release();
    }

    @Test
    void rejectsWhatIsLateAlready() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.queued(32, 1));

        var rejection = f.reject(batcher, f.rowsUntil(0, 1));

        assertThat(rejection.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(rejection)
                .hasMessage("deadline exceeded: it was over before the request to model 'm' version 3 could be queued");
    }

    @Test
    void oneTimerServesAllDeadlinesOfALoop() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        Outcome[] waiting = new Outcome[40];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = f.submit(batcher, f.rowsUntil(10 + (i * 7) % 40, i));
        }
        f.loop.tick();

        assertThat(f.loop.timerCount()).isEqualTo(1);
        f.loop.advanceMillis(29);
        for (int i = 0; i < waiting.length; i++) {
            assertThat(waiting[i].done()).isEqualTo((i * 7) % 40 <= 19);
        }
        f.loop.advanceMillis(30);
        assertThat(waiting).allMatch(Outcome::done);
        model.letAllPass();
        f.await(running);
        running.answer().release();
    }

    @Test
    void cancelFreesTheQueueAtOnce() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, new BatchPolicy(true, 32, 2, 1000, 1));
        Outcome running = occupy(batcher, model);
        Outcome gone = new Outcome();
        Submission submission = batcher.submit(f.rows(1, 2), f.loop, gone);
        f.loop.tick();

        submission.cancel();
        submission.cancel();

        assertThat(gone.calls).isEqualTo(1);
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        Outcome next = f.submit(batcher, f.rows(3, 4));
        f.loop.tick();
        model.letAllPass();
        f.await(running, next);
        assertThat(next.values()).containsExactly(3f, 4f);
        assertThat(batcher.stats().cancelledCount()).isEqualTo(1);
        running.answer().release();
    }

    @Test
    void cancelInTheSameTickLeavesNothingToRun() {
        FakeServableModel model = f.rowSums();
        Batcher batcher = f.batcher(model, BatcherFixture.inline(32));
        Outcome gone = new Outcome();
        Submission submission = batcher.submit(f.rows(1), f.loop, gone);

        submission.cancel();
        f.loop.tick();

        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(model.runs()).isEmpty();
        assertThat(batcher.stats().waitingRows()).isZero();
    }

    @Test
    void cancelOfARunningRequestDropsItsAnswer() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome gone = new Outcome();
        Submission submission = batcher.submit(f.rows(1), f.loop, gone);
        f.loop.tick();
        model.awaitEntered(1);

        submission.cancel();
        model.letAllPass();
        Outcome next = f.submit(batcher, f.rows(2));
        f.loop.tick();
        f.await(next);

        assertThat(gone.calls).isEqualTo(1);
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        next.answer().release();
    }

    @Test
    void cancelOfALargeRequestTakesBackThePartsThatWait() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(2, 1));
        Outcome gone = new Outcome();
        Submission submission = batcher.submit(f.rows(1, 2, 3, 4, 5, 6), f.loop, gone);
        f.loop.tick();
        model.awaitEntered(1);
        assertThat(batcher.stats().waitingRows()).isEqualTo(4);

        submission.cancel();

        assertThat(batcher.stats().waitingRows()).isZero();
        assertThat(batcher.stats().waitingBytes()).isZero();
        model.letAllPass();
        Outcome next = f.submit(batcher, f.rows(7));
        f.loop.tick();
        f.await(next);
        assertThat(model.rowsPerRun()).containsExactly(2L, 1L);
        next.answer().release();
    }

    @Test
    void versionsTakeTurns() {
        FakeServableModel busy = f.rowSums().hold();
        FakeServableModel quiet = f.rowSums();
        Batcher busyBatcher = f.batcher("busy", busy, BatcherFixture.queued(1, 1));
        Batcher quietBatcher = f.batcher("quiet", quiet, BatcherFixture.queued(1, 1));
        Outcome running = occupy(busyBatcher, busy);
        Outcome second = f.submit(busyBatcher, f.rows(2));
        Outcome third = f.submit(busyBatcher, f.rows(3));
        f.loop.tick();
        Outcome other = f.submit(quietBatcher, f.rows(4));
        f.loop.tick();

        busy.letPass(1);
        busy.awaitEntered(1);
        f.await(running, other);

        // The quiet version went before the second of the busy one, or right after it, but not after the third.
        assertThat(third.done()).isFalse();
        busy.letAllPass();
        f.await(second, third);
        List.of(running, second, third, other).forEach(o -> o.answer().release());
    }

    @Test
    void isIdleOnlyWhenTheRunOfACancelledRequestHasEnded() throws InterruptedException {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome gone = new Outcome();
        Submission submission = batcher.submit(f.rows(1), f.loop, gone);
        f.loop.tick();
        model.awaitEntered(1);
        CountDownLatch idle = new CountDownLatch(1);

        submission.cancel();
        batcher.close(idle::countDown);
        assertThat(gone.done()).isTrue();
        assertThat(idle.getCount()).isEqualTo(1);
        model.letAllPass();

        assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();
        f.loop.runUntil(() -> f.loop.tasksRun() == 1);
    }

    @Test
    void closingFailsWhatWaitsAndRejectsWhatComes() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        Outcome waiting = f.submit(batcher, f.rows(1));
        f.loop.tick();
        Outcome collected = f.submit(batcher, f.rows(2));

        batcher.close(() -> {});
        f.loop.tick();
        var rejection = f.reject(batcher, f.rows(3));
        model.letAllPass();
        f.await(running, waiting, collected);

        assertThat(waiting.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertThat(collected.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertThat(rejection).hasMessage("model 'm' version 3 is being unloaded");
        assertThat(running.values()).containsExactly(100f);
    }

    @Test
    void lateRequestThatAThreadFindsFirstIsSaidToHaveWaited() {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 1));
        Outcome running = occupy(batcher, model);
        Outcome late = f.submit(batcher, f.rowsUntil(50, 1));
        f.loop.tick();
        f.clock.advanceMillis(60);
        model.letAllPass();
        // The thread has taken the late request out and told the loop, which has not looked yet.
        f.threads.close();

        f.loop.advanceMillis(1);

        assertThat(late.failed())
                .hasMessage("deadline exceeded: the request to model 'm' version 3 waited 61 ms in the queue and did"
                        + " not run");
        f.await(running);
        running.answer().release();
    }

    @Test
    void loopThatRefusesATaskOnceTakesTheNextRequest() {
        Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.inline(32));
        f.loop.refuseOnce();

        InferenceException refused = f.reject(batcher, f.rows(1));
        Outcome next = f.submit(batcher, f.rows(2));
        f.loop.tick();

        assertThat(refused.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertThat(refused).hasMessage("the server takes no more requests to model 'm' version 3");
        assertThat(next.values()).containsExactly(2f);
        assertThat(batcher.stats().pendingRequests()).isZero();
        assertThat(batcher.stats().waitingRows()).isZero();
    }

    @Test
    void whatWaitsHearsThatTheThreadsEnd() throws InterruptedException {
        FakeServableModel model = f.rowSums().hold();
        Batcher batcher = f.batcher(model, BatcherFixture.queued(32, 2));
        Outcome running = occupy(batcher, model);
        Outcome waiting = f.submit(batcher, f.rows(1));
        f.loop.tick();

        Thread closing = new Thread(f.threads::close);
        closing.start();
        f.await(waiting);
        Outcome later = new Outcome();
        InferRequest rows = f.rows(2);
        Submission submission = batcher.submit(rows, f.loop, later);
        model.letAllPass();
        closing.join();
        f.await(running);

        assertThat(waiting.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertThat(submission.rejection()).isNotNull();
        rows.inputs().release();
        running.answer().release();
    }
}
