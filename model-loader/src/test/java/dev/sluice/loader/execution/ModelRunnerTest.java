package dev.sluice.loader.execution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.lifecycle.ManagerFixture;
import dev.sluice.loader.lifecycle.ModelHandle;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelRunnerTest {
    private final ManagerFixture f = new ManagerFixture();
    private final FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
    private final ModelRunner runner = new ModelRunner();

    @AfterEach
    void leavesNoMemoryBehind() {
        f.close();

        assertThat(f.pool.bytesInUse()).isZero();
    }

    private ModelHandle borrow() {
        f.reconcile(ManagerFixture.versions(1));
        return requireNonNull(f.manager.acquire(ManagerFixture.key(1)));
    }

    @Test
    void answersWithAllOutputsAndGivesTheHandleBack() {
        ModelHandle handle = borrow();
        List<InferResponse> answers = new ArrayList<>();

        Submission submission = runner.run(
                handle,
                Tensors.request(Tensors.floats(f.pool, "x", Shape.of(2, 2), 1, 2, 3, 4)),
                loop,
                (response, failure) -> answers.add(requireNonNull(response)));
        loop.tick();
        loop.runUntil(() -> !answers.isEmpty());

        assertThat(submission.rejection()).isNull();
        assertThat(answers.get(0).key()).isEqualTo(ManagerFixture.key(1));
        assertThat(Tensors.floats(answers.get(0).outputs().tensors().get(0))).containsExactly(3f, 7f);
        answers.get(0).release();
        assertThat(f.manager.close(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void requestThatDoesNotFitTakesNothing() {
        ModelHandle handle = borrow();
        InferRequest request = Tensors.request(Tensors.floats(f.pool, "wrong", Shape.of(1, 1), 1));

        Submission submission = runner.run(handle, request, loop, (response, failure) -> {
            throw new AssertionError("a rejected request must not be called back");
        });

        assertThat(requireNonNull(submission.rejection()).code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(submission.rejection())
                .hasMessage("unknown input 'wrong' of model 'm' version 1; its inputs are 'x'");
        request.inputs().release();
        f.reconcile();
        assertThat(requireNonNull(f.manager.snapshot().status(ManagerFixture.key(1)))
                        .state())
                .isEqualTo(ModelState.DRAINING);
        handle.close();
    }

    @Test
    void queuedRequestKeepsItsVersionOpen() {
        ModelHandle handle = borrow();
        List<InferResponse> answers = new ArrayList<>();
        runner.run(
                handle,
                Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), 5)),
                loop,
                (response, failure) -> answers.add(requireNonNull(response)));

        f.reconcile();
        assertThat(f.loader.models().get(0).closes()).isZero();
        loop.tick();
        loop.runUntil(() -> !answers.isEmpty());

        assertThat(Tensors.floats(answers.get(0).outputs().tensors().get(0))).containsExactly(5f);
        answers.get(0).release();
    }
}
