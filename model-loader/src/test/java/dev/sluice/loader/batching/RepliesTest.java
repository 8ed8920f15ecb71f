package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepliesTest {
    private static final int REQUESTS = 32;

    private final BatcherFixture f = new BatcherFixture(1);
    private final List<Integer> answered = new ArrayList<>();

    @AfterEach
    void close() {
        f.close();
        assertThat(f.pool.bytesInUse()).isZero();
    }

    private void submit(Batcher batcher, int millisEach) {
        for (int i = 0; i < REQUESTS; i++) {
            int number = i;
            InferRequest request = Tensors.request(Tensors.floats(f.pool, "x", Shape.of(1, 1), i));
            batcher.submit(request, f.loop, (response, failure) -> {
                if (response != null) {
                    response.release();
                }
                answered.add(number);
                f.clock.advanceMillis(millisEach);
            });
        }
    }

    @Test
    void aLoopIsGivenBackBetweenRepliesThatTakeLong() {
        submit(f.batcher(f.rowSums(), BatcherFixture.inline(REQUESTS)), 1);

        f.loop.tick();

        assertThat(answered).hasSizeBetween(5, REQUESTS / 2);
        f.loop.runUntil(() -> answered.size() == REQUESTS);
        assertThat(answered).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void repliesThatTakeNoTimeComeTogether() {
        submit(f.batcher(f.rowSums(), BatcherFixture.inline(REQUESTS)), 0);

        f.loop.tick();

        assertThat(answered).hasSize(REQUESTS).isSorted();
    }
}
