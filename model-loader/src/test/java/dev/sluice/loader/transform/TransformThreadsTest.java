package dev.sluice.loader.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.InferenceException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransformThreadsTest {
    private final TransformThreads threads = TransformThreads.start(1, 2);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    private record Task(Runnable work, Runnable otherwise) implements TransformTask {
        @Override
        public void run() {
            work.run();
        }

        @Override
        public void abandon() {
            otherwise.run();
        }
    }

    private TransformTask task(String name) {
        return new Task(() -> done.add(name), () -> done.add(name + " abandoned"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** The only thread is in a task that ends when {@code free} opens. */
    @BeforeEach
    void occupyTheThread() {
        threads.begin(new Task(
                () -> {
                    busy.countDown();
                    await(free);
                },
                () -> {}));
        await(busy);
    }

    @AfterEach
    void close() {
        free.countDown();
        threads.close();
    }

    @Test
    void refusesWhenTooManyWait() {
        threads.begin(task("a"));
        threads.begin(task("b"));

        assertThatThrownBy(() -> threads.begin(task("c")))
                .isInstanceOf(InferenceException.class)
                .hasMessage("2 requests are already waiting for their inputs to be transformed; try again later");
        assertThat(threads.refusals()).isEqualTo(1);
        assertThat(threads.waiting()).isEqualTo(2);
    }

    @Test
    void whatWasAnsweredGoesFirstAndIsNeverRefused() {
        CountDownLatch last = new CountDownLatch(1);
        threads.begin(task("a"));
        threads.begin(new Task(last::countDown, () -> {}));
        threads.finish(task("x"));
        threads.finish(task("y"));
        assertThat(threads.waiting()).isEqualTo(2);
        assertThat(threads.waitingToFinish()).isEqualTo(2);

        free.countDown();
        await(last);

        assertThat(done).containsExactly("x", "y", "a");
    }

    @Test
    void closingAbandonsWhatWaitsAndWhatComesLater() {
        threads.begin(task("a"));
        threads.finish(task("x"));

        threads.close();
        threads.finish(task("y"));

        assertThat(done).containsExactly("x abandoned", "a abandoned", "y abandoned");
        assertThatThrownBy(() -> threads.begin(task("b")))
                .isInstanceOf(InferenceException.class)
                .hasMessage("the server is stopping");
    }

    @Test
    void aTaskThatThrowsTakesNoThreadAlong() {
        CountDownLatch last = new CountDownLatch(1);
        threads.begin(new Task(
                () -> {
                    throw new IllegalStateException("made up");
                },
                () -> {}));
        threads.begin(new Task(last::countDown, () -> {}));

        free.countDown();

        await(last);
    }
}
