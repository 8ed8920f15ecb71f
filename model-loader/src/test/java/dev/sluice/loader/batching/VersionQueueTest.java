package dev.sluice.loader.batching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.Tensors;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which units run next. */
class VersionQueueTest {
    private final BatcherFixture f = new BatcherFixture(1);
    private final Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.queued(32, 1));
    private final TickList lane = new TickList(batcher, f.loop, f.clock);
    private final VersionQueue queue = new VersionQueue(16, 2, LengthPolicy.EQUAL_SHAPES);

    @AfterEach
    void close() {
        f.close();
    }

    private List<RowUnit> add(int columns, int... rowCounts) {
        List<RowUnit> units = new ArrayList<>();
        for (int rows : rowCounts) {
            InferRequest request =
                    Tensors.request(Tensors.floats(f.pool, "x", Shape.of(rows, columns), new float[rows * columns]));
            units.add(new RowUnit(
                    new PendingRequest(
                            lane,
                            request,
                            rows,
                            new RowShapes(
                                    request.inputs().tensors(), List.of("y"), columns, RowMeasure.NO_LENGTH, true),
                            (response, failure) -> {},
                            0),
                    0));
        }
        assertThat(queue.add(units)).isTrue();
        return units;
    }

    private Batch take(int sharers) {
        return requireNonNull(queue.take(f.clock.nanoTime(), true, sharers));
    }

    @Test
    void aLoopTakesNoRowsThatAreLargerThanItMayRun() {
        add(2, 1, 1);
        List<RowUnit> large = add(200, 1);
        add(2, 1);

        Batch small = requireNonNull(queue.takeInline(f.clock.nanoTime(), true, 100));

        assertThat(small.rows()).isEqualTo(3);
        assertThat(queue.takeInline(f.clock.nanoTime(), true, 100)).isNull();
        assertThat(take(1).units()).isEqualTo(large);
    }

    @Test
    void rowsAreSharedFairlyBetweenTheThreads() {
        add(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

        Batch first = take(2);
        Batch second = take(2);

        assertThat(first.rows()).isEqualTo(8);
        assertThat(second.rows()).isEqualTo(8);
        assertThat(queue.take(f.clock.nanoTime(), true, 2)).isNull();
    }

    @Test
    void shareCountsTheRowsThatRunAlready() {
        add(1, 1, 1, 1, 1, 1, 1, 1, 1);
        Batch first = take(2);
        add(1, 1, 1, 1, 1);

        Batch second = take(2);

        assertThat(first.rows()).isEqualTo(4);
        // 8 wait and 4 run: each thread's share is 6.
        assertThat(second.rows()).isEqualTo(6);
    }

    @Test
    void oneThreadTakesUpToTheLargestBatch() {
        add(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

        assertThat(take(1).rows()).isEqualTo(16);
        assertThat(take(1).rows()).isEqualTo(2);
    }

    @Test
    void unitIsTakenWholeEvenWhenItExceedsTheShare() {
        add(1, 5, 12);

        assertThat(take(2).rows()).isEqualTo(5);
        assertThat(take(2).rows()).isEqualTo(12);
    }

    @Test
    void oldestGoesFirstWithTheNextOldestOfItsShape() {
        List<RowUnit> narrow = add(1, 1);
        List<RowUnit> wide = add(2, 1);
        List<RowUnit> narrowToo = add(1, 1);

        assertThat(take(1).units()).containsExactly(narrow.get(0), narrowToo.get(0));
        assertThat(take(1).units()).containsExactly(wide.get(0));
    }

    @Test
    void takesOneUnitWhereNothingMayBeShared() {
        List<RowUnit> units = add(1, 2, 1);

        Batch batch = requireNonNull(queue.take(f.clock.nanoTime(), false, 1));

        assertThat(batch.units()).containsExactly(units.get(0));
    }

    @Test
    void removedUnitsLeaveTheRestInOrder() {
        List<RowUnit> units = add(1, 1, 1, 1, 1, 1);

        assertThat(queue.remove(units.get(0))).isTrue();
        assertThat(queue.remove(units.get(2))).isTrue();
        assertThat(queue.remove(units.get(4))).isTrue();
        assertThat(queue.remove(units.get(2))).isFalse();

        assertThat(take(1).units()).containsExactly(units.get(1), units.get(3));
        assertThat(queue.remove(units.get(1))).isFalse();
    }

    @Test
    void standsInTheRingOnceAndOnlyWhileARunIsAllowed() {
        assertThat(queue.claimOffer()).isFalse();
        add(1, 1, 1, 1);

        assertThat(queue.claimOffer()).isTrue();
        assertThat(queue.claimOffer()).isFalse();
        Batch first = requireNonNull(queue.takeFromRing(0, false, 2));
        assertThat(queue.claimOffer()).isTrue();
        Batch second = requireNonNull(queue.takeFromRing(0, false, 2));
        assertThat(queue.claimOffer()).isFalse();
        assertThat(queue.takeFromRing(0, false, 2)).isNull();
        queue.finished(first);
        assertThat(queue.claimOffer()).isTrue();
        queue.finished(second);
    }
}
