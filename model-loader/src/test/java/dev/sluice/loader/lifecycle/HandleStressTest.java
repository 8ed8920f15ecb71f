package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.Submission;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.fakes.ThreadRequestLoop;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * Versions are replaced as fast as they load while requests run on them, some of which are cancelled in the middle: every
 * request finds a version, no model runs after it was closed, and every model is closed once.
 */
class HandleStressTest {
    private static final int REPLACEMENTS = 1_000;
    private static final int READERS = 3;

    private final ManagerFixture f = new ManagerFixture(200);
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final AtomicBoolean stop = new AtomicBoolean();

    @Test
    void replacingVersionsUnderLoadFailsNoRequestAndUsesNoClosedModel() throws InterruptedException {
        f.reconcile(replacement(0));
        CountDownLatch ended = new CountDownLatch(READERS);
        List<ThreadRequestLoop> loops = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            ThreadRequestLoop loop = new ThreadRequestLoop(i);
            loops.add(loop);
            Reader reader = new Reader(loop, ended);
            loop.execute(reader::next);
        }

        for (int i = 1; i <= REPLACEMENTS; i++) {
            f.reconcile(replacement(i));
        }
        stop.set(true);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        boolean closed = f.manager.close(Duration.ofSeconds(10));
        f.close();
        loops.forEach(ThreadRequestLoop::close);

        assertThat(closed).isTrue();
        assertThat(f.loader.models()).hasSize(REPLACEMENTS + 1);
        assertThat(f.loader.models()).allSatisfy(this::wasClosedOnceAfterItsLastRun);
        assertThat(failed.sum()).isZero();
        assertThat(answered.sum()).isPositive();
        assertThat(cancelled.sum()).isPositive();
        assertThat(f.pool.bytesInUse()).isZero();
    }

    private void wasClosedOnceAfterItsLastRun(FakeServableModel model) {
        assertThat(model.closes()).isEqualTo(1);
        assertThat(model.runsAfterClose()).isZero();
    }

    /** The same version under another configuration: the same key, replaced in place. */
    private static ModelDefinition replacement(int number) {
        return ManagerFixture.definition(
                "m",
                new ModelConfig(
                        VersionPolicy.newest(),
                        // Queued: what runs on the loop itself has ended before it could be cancelled.
                        new BatchingConfig(
                                BatchingConfig.Mode.ON, 8, 1000 + number, 1 << 20, BatchingConfig.Execution.QUEUED, 0),
                        RuntimeOptions.DEFAULT,
                        List.of(),
                        Map.of()),
                1);
    }

    private final class Reader {
        private final ThreadRequestLoop loop;
        private final CountDownLatch ended;
        private final SplittableRandom random;
        private final ModelRunner runner = new ModelRunner();

        Reader(ThreadRequestLoop loop, CountDownLatch ended) {
            this.loop = loop;
            this.ended = ended;
            this.random = new SplittableRandom(loop.index());
        }

        void next() {
            if (stop.get()) {
                ended.countDown();
                return;
            }
            ModelHandle handle = f.manager.acquire(new ModelKey("m", 1));
            if (handle == null) {
                failed.increment();
                loop.execute(this::next);
                return;
            }
            TensorSet inputs = Tensors.floats(f.pool, "x", Shape.of(1, 1), 1);
            InferRequest request = Tensors.request(inputs);
            Submission submission = runner.run(handle, request, loop, (response, failure) -> {
                if (response != null) {
                    answered.increment();
                    response.release();
                } else if (failure != null && failure.code() == ErrorCode.CANCELLED) {
                    cancelled.increment();
                } else {
                    failed.increment();
                }
                loop.execute(this::next);
            });
            if (submission.rejection() != null) {
                failed.increment();
                inputs.release();
                handle.close();
                loop.execute(this::next);
            } else if (random.nextInt(2) == 0) {
                loop.schedule(random.nextInt(300_000), submission::cancel);
            }
        }
    }
}
