package dev.sluice.loader.batching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.fakes.TextLengths;
import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which units of which lengths run together. */
class SimilarLengthsTest {
    private static final PaddingRule PADDING = new PaddingRule("mask", List.of(new PaddingRule.Input(1, 0)), Map.of());

    private final BatcherFixture f = new BatcherFixture(1);
    private final Batcher batcher = f.batcher(f.rowSums(), BatcherFixture.queued(32, 1));
    private final TickList lane = new TickList(batcher, f.loop, f.clock);

    @AfterEach
    void close() {
        f.close();
    }

    private static VersionQueue queue(long cellsMax, double wasteMax, long paddingCellsMax) {
        return new VersionQueue(16, 2, new LengthPolicy(cellsMax, wasteMax, paddingCellsMax, PADDING));
    }

    private RowUnit unit(int rows, int length, long deadlineNanos, String output) {
        Tensor mask = new Tensor(
                "mask",
                DataType.INT8,
                Shape.of(rows, length),
                TensorBlock.unpooled(rows * length).memory());
        InferRequest request = new InferRequest(
                "p",
                "",
                new TensorSet(List.of(mask), TensorBlock.unpooled(1)),
                List.of(),
                false,
                Map.of(),
                0,
                deadlineNanos);
        List<String> outputs = List.of(output);
        return new RowUnit(
                new PendingRequest(
                        lane,
                        request,
                        rows,
                        new RowShapes(request.inputs().tensors(), outputs, length, length, true),
                        (response, failure) -> {},
                        0),
                0);
    }

    private List<RowUnit> add(VersionQueue queue, int... lengths) {
        List<RowUnit> units = new ArrayList<>();
        for (int length : lengths) {
            units.add(unit(1, length, InferRequest.NO_DEADLINE, "y"));
        }
        assertThat(queue.add(units)).isTrue();
        return units;
    }

    private Batch take(VersionQueue queue, int sharers) {
        return requireNonNull(queue.take(f.clock.nanoTime(), true, sharers));
    }

    private static List<Integer> lengths(Batch batch) {
        return batch.units().stream().map(unit -> unit.request().length()).toList();
    }

    @Test
    void theOldestGoesFirstWithTheNearestLengths() {
        VersionQueue queue = queue(0, 0.25, 100);
        add(queue, 10, 30, 12, 9, 11);

        assertThat(lengths(take(queue, 1))).containsExactly(10, 9, 11, 12);
        assertThat(lengths(take(queue, 1))).containsExactly(30);
    }

    @Test
    void equalLengthsComeBeforeLengthsThatNeedPadding() {
        VersionQueue queue = queue(30, 0.25, 100);
        add(queue, 10, 9, 11, 10, 10);

        assertThat(lengths(take(queue, 1))).containsExactly(10, 10, 10);
        assertThat(lengths(take(queue, 1))).containsExactly(9, 11);
    }

    @Test
    void equalLengthsAreFoundHoweverManyOthersWait() {
        VersionQueue queue = queue(0, 0.25, 0);
        add(queue, 10);
        for (int i = 0; i < 200; i++) {
            add(queue, 50);
        }
        add(queue, 10);

        assertThat(lengths(take(queue, 1))).containsExactly(10, 10);
    }

    @Test
    void onlyTheOldestUnitsAreLookedAtForSimilarLengths() {
        VersionQueue queue = queue(0, 0.25, 100);
        add(queue, 10);
        for (int i = 0; i < 63; i++) {
            add(queue, 50);
        }
        add(queue, 11, 11);

        assertThat(lengths(take(queue, 1))).containsExactly(10, 11);
    }

    @Test
    void cellsOfARunAreBounded() {
        VersionQueue queue = queue(40, 0.25, 100);
        add(queue, 10, 11, 9, 10, 10);

        Batch batch = take(queue, 1);

        assertThat(lengths(batch)).containsExactly(10, 10, 10, 9);
        assertThat(batch.cells()).isEqualTo(40);
    }

    @Test
    void whatAloneExceedsTheBoundRunsAlone() {
        VersionQueue queue = queue(40, 0.25, 100);
        add(queue, 100, 100, 10);

        assertThat(lengths(take(queue, 1))).containsExactly(100);
        assertThat(lengths(take(queue, 1))).containsExactly(100);
        assertThat(lengths(take(queue, 1))).containsExactly(10);
    }

    @Test
    void wasteOfARunIsBounded() {
        VersionQueue queue = queue(0, 0.25, 100);
        add(queue, 8, 16, 12);

        // 8 and 12 waste 4 of 24 cells; with 16 it would be 12 of 48.
        assertThat(lengths(take(queue, 1))).containsExactly(8, 12, 16);
        add(queue, 7, 16, 12);
        assertThat(lengths(take(queue, 1))).containsExactly(7, 12);
    }

    @Test
    void paddingMustCostLessThanTheRunItSaves() {
        VersionQueue queue = queue(0, 0.25, 8);
        add(queue, 100, 92, 91);

        assertThat(lengths(take(queue, 1))).containsExactly(100, 92);
        assertThat(lengths(take(queue, 1))).containsExactly(91);
    }

    @Test
    void threadsShareCellsAndNotRows() {
        VersionQueue queue = queue(0, 0.25, 100);
        add(queue, 100, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10);

        assertThat(lengths(take(queue, 2))).containsExactly(100);
        assertThat(take(queue, 2).rows()).isEqualTo(10);
    }

    @Test
    void otherOutputsAreAnotherFamily() {
        VersionQueue queue = queue(0, 0.25, 100);
        queue.add(List.of(
                unit(1, 10, InferRequest.NO_DEADLINE, "y"),
                unit(1, 11, InferRequest.NO_DEADLINE, "z"),
                unit(1, 12, InferRequest.NO_DEADLINE, "y")));

        assertThat(lengths(take(queue, 1))).containsExactly(10, 12);
    }

    @Test
    void rowsWithoutALengthAreNotPadded() {
        VersionQueue queue = new VersionQueue(16, 2, new LengthPolicy(0, 0.25, 100, null));
        add(queue, 10, 11, 10);

        assertThat(lengths(take(queue, 1))).containsExactly(10, 10);
    }

    @Test
    void whoseTimeIsOverIsTakenOutOnTheWay() {
        VersionQueue queue = queue(0, 0.25, 100);
        RowUnit late = unit(1, 11, f.clock.nanoTime() + 1_000_000, "y");
        queue.add(
                List.of(unit(1, 10, InferRequest.NO_DEADLINE, "y"), late, unit(1, 12, InferRequest.NO_DEADLINE, "y")));
        f.clock.advanceMillis(2);

        Batch batch = take(queue, 1);

        assertThat(lengths(batch)).containsExactly(10, 12);
        assertThat(batch.expired()).containsExactly(late);
        assertThat(queue.remove(late)).isFalse();
    }

    @Test
    void removedUnitsAreNotChosen() {
        VersionQueue queue = queue(0, 0.25, 100);
        List<RowUnit> units = add(queue, 10, 11, 12);
        queue.remove(units.get(1));

        assertThat(lengths(take(queue, 1))).containsExactly(10, 12);
    }

    @Test
    void nothingIsSharedWhereNothingMayBe() {
        VersionQueue queue = queue(0, 0.25, 100);
        add(queue, 10, 11);

        assertThat(lengths(requireNonNull(queue.take(f.clock.nanoTime(), false, 1))))
                .containsExactly(10);
    }

    /** Joining sixteen at a time in order of arrival wastes most of what it computes; this must not. */
    @ParameterizedTest
    @EnumSource(TextLengths.class)
    void wasteStaysWithinItsBoundWhereFirstComeFirstServedExceedsIt(TextLengths distribution) {
        RandomGenerator random = new SplittableRandom(7);
        VersionQueue queue = queue(256, 0.25, 16);
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            int length = distribution.draw(random);
            arrived.add(length);
            add(queue, length);
        }

        long cells = 0;
        int runs = 0;
        for (Batch batch = queue.take(0, true, 1); batch != null; batch = queue.take(0, true, 1)) {
            assertThat(waste(lengths(batch))).isLessThanOrEqualTo(0.25);
            assertThat(batch.units().get(0).request().length())
                    .isEqualTo((int) lengths(batch).get(0));
            cells += batch.cells();
            runs++;
            queue.finished(batch);
        }

        long filled = arrived.stream().mapToLong(length -> length).sum();
        assertThat((cells - filled) / (double) cells).isLessThan(0.1);
        assertThat(runs).isLessThan(2000 / 4);
        assertThat(firstComeFirstServed(arrived)).isGreaterThan(0.5);
    }

    private static double firstComeFirstServed(List<Integer> lengths) {
        long cells = 0;
        for (int i = 0; i < lengths.size(); i += 16) {
            List<Integer> run = lengths.subList(i, Math.min(lengths.size(), i + 16));
            cells += (long) run.size()
                    * run.stream().mapToInt(length -> length).max().orElse(0);
        }
        long filled = lengths.stream().mapToLong(length -> length).sum();
        return (cells - filled) / (double) cells;
    }

    private static double waste(List<Integer> lengths) {
        int longest = lengths.stream().mapToInt(length -> length).max().orElse(0);
        int filled = lengths.stream().mapToInt(length -> length).sum();
        return 1 - filled / (double) (longest * lengths.size());
    }

    /** Whoever waits is the oldest in the end, so that no length waits for ever. */
    @Test
    void theOldestNeverStarves() {
        VersionQueue queue = queue(64, 0.25, 16);
        List<RowUnit> odd = add(queue, 8, 90);
        List<Batch> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            add(queue, 8, 8, 8, 8, 8, 8, 8, 8);
            Batch batch = take(queue, 1);
            taken.add(batch);
            queue.finished(batch);
        }

        assertThat(taken.get(1).units()).containsExactly(odd.get(1));
    }
}
