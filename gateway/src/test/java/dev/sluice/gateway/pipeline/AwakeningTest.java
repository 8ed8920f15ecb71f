package dev.sluice.gateway.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelRef;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that wait for a version to be loaded, and what is left of them when they do not any more. */
class AwakeningTest {
    private final ColdModels models = new ColdModels("cold", "colder");
    private final FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
    private final List<String> endings = new ArrayList<>();
    private @Nullable Runnable onGone;

    @AfterEach
    void close() {
        models.close();
    }

    private void ended(@Nullable InferenceException failure) {
        endings.add(failure == null ? "goes on" : failure.code() + ": " + failure.getMessage());
    }

    private void await(String model) {
        await(model, InferRequest.NO_DEADLINE, this::ended);
    }

    private void await(String model, long deadlineNanos, InferencePipeline.Ending ending) {
        models.pipeline().awaken(new ModelRef(model), "", deadlineNanos, loop, action -> onGone = action, ending);
    }

    @Test
    void goesOnWhenTheVersionIsLoaded() {
        await("cold");
        await("cold");
        assertThat(models.waiting()).isEqualTo(2);

        models.letLoad();
        loop.runUntil(() -> endings.size() == 2);

        assertThat(endings).containsOnly("goes on");
        assertThat(models.begun()).containsExactly(new ModelKey("cold", 1));
        assertThat(models.waiting()).isZero();
        assertThat(models.admitted()).isZero();
        requireNonNull(models.pipeline().open(new ModelRef("cold"), new NamedOrigin("")))
                .abandon(new InferenceException(ErrorCode.CANCELLED, "enough seen"));
    }

    @Test
    void leavesNothingBehindWhenItsDeadlinePassesBeforeTheLoadEnds() {
        List<WeakReference<byte[]>> bodies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            bodies.add(waitInVain());
        }

        assertThat(endings)
                .hasSize(100)
                .containsOnly(
                        "DEADLINE_EXCEEDED: the deadline passed while a version of model 'cold' was being loaded");
        assertThat(models.waiting()).isZero();
        assertThat(models.admitted()).isZero();
        assertThat(loop.timerCount()).isZero();
        assertThat(models.state("cold")).isNotEqualTo(ModelState.READY);
        assertThat(models.listeners("cold")).as("one for all who waited").isEqualTo(1);
        assertThat(areCollected(bodies)).as("bodies are garbage").isTrue();
    }

    private WeakReference<byte[]> waitInVain() {
        byte[] body = new byte[1024];
        await("cold", System.nanoTime(), failure -> {
            ended(failure);
            assertThat(body).hasSize(1024);
        });
        loop.advanceMillis(1);
        onGone = null;
        return new WeakReference<>(body);
    }

    private static boolean areCollected(List<WeakReference<byte[]>> references) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!references.stream().allMatch(reference -> reference.refersTo(null))) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    @Test
    void waitsNoMoreWhenTheClientHasGone() {
        await("cold", System.nanoTime() + TimeUnit.HOURS.toNanos(1), this::ended);

        requireNonNull(onGone).run();

        assertThat(endings).containsExactly("CANCELLED: the client has gone");
        assertThat(models.waiting()).isZero();
        assertThat(models.admitted()).isZero();
        assertThat(loop.timerCount()).isZero();
        models.letLoad();
        requireNonNull(onGone).run();
        assertThat(endings).as("told once").hasSize(1);
    }

    @Test
    void doesNotBeginForAClientThatHasGoneAlready() {
        models.pipeline().awaken(new ModelRef("cold"), "", InferRequest.NO_DEADLINE, loop, Runnable::run, this::ended);

        assertThat(endings).containsExactly("CANCELLED: the client has gone");
        assertThat(models.admitted()).isZero();
        assertThat(models.state("cold")).isEqualTo(ModelState.DORMANT);
    }

    @Test
    void leavesPermitsToOthersHoweverManyWantToWait() {
        for (int i = 0; i < ColdModels.WAITING_MAX; i++) {
            await("cold");
        }

        for (int i = 0; i < ColdModels.PERMITS; i++) {
            assertThatThrownBy(() -> await("cold")).isInstanceOfSatisfying(InferenceException.class, refusal -> {
                assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(refusal)
                        .hasMessage("the server is at its limit of 2 requests that wait for models to be loaded;"
                                + " try again later");
            });
        }

        assertThat(models.admitted()).isEqualTo(ColdModels.WAITING_MAX);
        assertThat(models.waiting()).isEqualTo(ColdModels.WAITING_MAX);
        assertThat(models.loads().refusals()).isEqualTo(ColdModels.PERMITS);
    }

    @Test
    void beginsTheLoadOfAModelForWhichNobodyMayWait() {
        for (int i = 0; i < ColdModels.WAITING_MAX; i++) {
            await("cold");
        }

        assertThatThrownBy(() -> await("colder")).isInstanceOf(InferenceException.class);

        assertThat(models.state("colder")).isIn(ModelState.REGISTERED, ModelState.LOADING);
    }

    /** A breaker that is open asks for its fallback with each request that it refuses. */
    @Test
    void asksTheManagerOnceForALoadThatIsUnderWay() {
        for (int i = 0; i < 100; i++) {
            models.loads().begin(new ModelKey("cold", 1));
        }

        assertThat(models.listeners("cold")).isEqualTo(1);
    }
}
