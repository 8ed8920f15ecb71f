package dev.sluice.loader.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.batching.BatcherFixture.Outcome;
import dev.sluice.loader.fakes.FakeServableModel;
import dev.sluice.loader.fakes.TextLengths;
import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts of different lengths in one run: what each gets back, and that deadlines, cancelling and closing hold. */
class BatcherLengthsTest {
    /** Whatever is padded is padded with this, so that heeding the mask is what makes the answers right. */
    private static final long FILL = 77;

    private static final PaddingRule PADDING = new PaddingRule(
            "mask", List.of(new PaddingRule.Input(1, FILL), new PaddingRule.Input(1, 0)), Map.of("tokens", 1));

    private final BatcherFixture f = new BatcherFixture(1);

    @AfterEach
    void leavesNoMemoryBehind() {
        f.close();

        assertThat(f.pool.bytesInUse()).isZero();
    }

    /** {@code sum} of the ids whose mask is 1, and per token that sum plus the id. */
    private FakeServableModel texts() {
        List<TensorSpec> inputs = List.of(
                new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1)),
                new TensorSpec("mask", DataType.INT64, Shape.of(-1, -1)));
        List<TensorSpec> outputs = List.of(
                new TensorSpec("sum", DataType.INT64, Shape.of(-1, 1)),
                new TensorSpec("tokens", DataType.INT64, Shape.of(-1, -1)));
        return new FakeServableModel(
                FakeServableModel.signature(inputs, outputs), (tensors, names) -> compute(tensors, names));
    }

    private TensorSet compute(List<Tensor> inputs, List<String> names) {
        ByteBuffer ids = inputs.get(0).memory();
        ByteBuffer mask = inputs.get(1).memory();
        int rows = (int) inputs.get(0).shape().dimension(0);
        int length = (int) inputs.get(0).shape().dimension(1);
        TensorBlock block = f.pool.acquire(8L * rows * (length + 1));
        for (int row = 0; row < rows; row++) {
            long sum = 0;
            for (int at = row * length; at < (row + 1) * length; at++) {
                if (ids.getLong(8 * at) < 0) {
                    block.release();
                    throw new InferenceException(ErrorCode.MODEL_FAILED, "a bad token");
                }
                sum += ids.getLong(8 * at) * mask.getLong(8 * at);
            }
            block.memory().putLong(8 * row, sum);
            for (int at = row * length; at < (row + 1) * length; at++) {
                block.memory().putLong(8 * (rows + at), ids.getLong(8 * at) + sum);
            }
        }
        List<Tensor> outputs = new ArrayList<>();
        for (String name : names) {
            outputs.add(
                    name.equals("sum")
                            ? new Tensor(name, DataType.INT64, Shape.of(rows, 1), block.slice(0, 8 * rows))
                            : new Tensor(
                                    name,
                                    DataType.INT64,
                                    Shape.of(rows, length),
                                    block.slice(8 * rows, 8 * rows * length)));
        }
        return new TensorSet(outputs, block);
    }

    private static BatchPolicy policy(long cellsMax, InlineRuns inline) {
        return new BatchPolicy(true, 32, 8192, 1 << 20, 1, inline, new LengthPolicy(cellsMax, 0.5, 1000, PADDING));
    }

    private static BatchPolicy inline(long cellsMax) {
        return policy(cellsMax, InlineRuns.ALWAYS);
    }

    /** Rows of equal length. */
    private InferRequest text(long deadlineNanos, List<String> outputs, long[]... rows) {
        int length = rows[0].length;
        int bytes = 8 * rows.length * length;
        TensorBlock block = f.pool.acquire(2L * bytes);
        for (int row = 0; row < rows.length; row++) {
            for (int at = 0; at < length; at++) {
                block.memory().putLong(8 * (row * length + at), rows[row][at]);
                block.memory().putLong(bytes + 8 * (row * length + at), 1);
            }
        }
        Shape shape = Shape.of(rows.length, length);
        List<Tensor> tensors = List.of(
                new Tensor("ids", DataType.INT64, shape, block.slice(0, bytes)),
                new Tensor("mask", DataType.INT64, shape, block.slice(bytes, bytes)));
        return new InferRequest(
                "p",
                "",
                new TensorSet(tensors, block),
                outputs.stream()
                        .map(name -> new RequestedOutput(name, false, 0))
                        .toList(),
                false,
                Map.of(),
                0,
                deadlineNanos);
    }

    private InferRequest text(long... ids) {
        return text(InferRequest.NO_DEADLINE, List.of(), ids);
    }

    private static List<Long> longs(Tensor tensor) {
        List<Long> values = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            values.add(data.getLong());
        }
        return values;
    }

    private static void assertAnswers(Outcome outcome, long sum, Long... tokens) {
        TensorSet outputs = outcome.answer().outputs();
        assertThat(longs(outputs.tensors().get(0))).containsExactly(sum);
        assertThat(outputs.tensors().get(1).shape()).isEqualTo(Shape.of(1, tokens.length));
        assertThat(longs(outputs.tensors().get(1))).containsExactly(tokens);
        outcome.answer().release();
    }

    @Test
    void textsOfDifferentLengthsShareARunAndKeepTheirLength() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(0));

        Outcome first = f.submit(batcher, text(1, 2));
        Outcome second = f.submit(batcher, text(3, 4, 5));
        Outcome third = f.submit(batcher, text(6, 7, 8));
        f.loop.tick();

        assertThat(model.runs()).containsExactly(List.of(Shape.of(3, 3), Shape.of(3, 3)));
        assertAnswers(first, 3, 4L, 5L);
        assertAnswers(second, 12, 15L, 16L, 17L);
        assertAnswers(third, 21, 27L, 28L, 29L);
        assertThat(batcher.stats().cellCount()).isEqualTo(9);
        assertThat(batcher.stats().paddingCellCount()).isEqualTo(1);
    }

    @Test
    void severalRowsOfOneRequestAreCutToo() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(0));

        Outcome several =
                f.submit(batcher, text(InferRequest.NO_DEADLINE, List.of(), new long[] {1, 2}, new long[] {3, 4}));
        Outcome longer = f.submit(batcher, text(5, 6, 7));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(3L);
        TensorSet outputs = several.answer().outputs();
        assertThat(longs(outputs.tensors().get(0))).containsExactly(3L, 7L);
        assertThat(outputs.tensors().get(1).shape()).isEqualTo(Shape.of(2, 2));
        assertThat(longs(outputs.tensors().get(1))).containsExactly(4L, 5L, 10L, 11L);
        several.answer().release();
        assertAnswers(longer, 18, 23L, 24L, 25L);
    }

    @Test
    void aLargeRequestIsDividedSoThatEachPartIsWithinTheBoundOnCells() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(8));

        Outcome outcome = f.submit(
                batcher,
                text(
                        InferRequest.NO_DEADLINE,
                        List.of("sum"),
                        new long[] {1, 2, 3},
                        new long[] {4, 5, 6},
                        new long[] {7, 8, 9},
                        new long[] {1, 1, 1}));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 2L);
        assertThat(longs(outcome.answer().outputs().tensors().get(0))).containsExactly(6L, 15L, 24L, 3L);
        outcome.answer().release();
    }

    @Test
    void aRowThatAloneExceedsTheBoundRunsAlone() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(2));

        Outcome large = f.submit(batcher, text(1, 2, 3));
        Outcome small = f.submit(batcher, text(4));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(1L, 1L);
        assertAnswers(large, 6, 7L, 8L, 9L);
        assertAnswers(small, 4, 8L);
    }

    @Test
    void onlyEqualOutputsShareARun() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(0));

        Outcome tokens = f.submit(batcher, text(InferRequest.NO_DEADLINE, List.of("tokens"), new long[] {1, 2}));
        Outcome sum = f.submit(batcher, text(InferRequest.NO_DEADLINE, List.of("sum"), new long[] {3, 4, 5}));
        Outcome longer = f.submit(batcher, text(InferRequest.NO_DEADLINE, List.of("tokens"), new long[] {6, 7, 8}));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L, 1L);
        assertThat(longs(tokens.answer().outputs().tensors().get(0))).containsExactly(4L, 5L);
        assertThat(longs(sum.answer().outputs().tensors().get(0))).containsExactly(12L);
        List.of(tokens, sum, longer).forEach(outcome -> outcome.answer().release());
    }

    /** A mask that the client has padded itself, with a 0 behind. */
    @Test
    void aRequestMayHavePaddingOfItsOwn() {
        Batcher batcher = f.batcher(texts(), inline(0));
        InferRequest own = text(1, 2, 99);
        own.inputs().tensors().get(1).memory().putLong(16, 0);

        Outcome padded = f.submit(batcher, own);
        Outcome longer = f.submit(batcher, text(1, 1, 1, 1));
        f.loop.tick();

        assertAnswers(padded, 3, 4L, 5L, 102L);
        assertAnswers(longer, 4, 5L, 5L, 5L, 5L);
    }

    @Test
    void aBadTextFailsAloneAmongPaddedOnes() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(0));

        Outcome good = f.submit(batcher, text(1, 2));
        Outcome bad = f.submit(batcher, text(3, -4, 5));
        f.loop.tick();

        assertAnswers(good, 3, 4L, 5L);
        assertThat(bad.code()).isEqualTo(ErrorCode.MODEL_FAILED);
    }

    @Test
    void anOutputThatDoesNotFollowTheLengthAsProvedSwitchesBatchingOff() {
        FakeServableModel model = new FakeServableModel(texts().signature(), (inputs, names) -> {
            Shape shape = inputs.get(0).shape();
            boolean together = shape.dimension(0) > 1;
            return compute(together ? List.of(cut(inputs.get(0)), cut(inputs.get(1))) : inputs, names);
        });
        Batcher batcher = f.batcher(model, inline(0));

        Outcome first = f.submit(batcher, text(1, 2));
        Outcome second = f.submit(batcher, text(3, 4, 5));
        f.loop.tick();

        assertThat(batcher.stats().batching()).isFalse();
        assertAnswers(first, 3, 4L, 5L);
        assertAnswers(second, 12, 15L, 16L, 17L);
    }

    private static Tensor cut(Tensor tensor) {
        long rows = tensor.shape().dimension(0);
        return new Tensor(
                tensor.name(),
                tensor.dataType(),
                Shape.of(rows, 1),
                tensor.memory().slice(0, (int) rows * 8));
    }

    private Outcome occupy(Batcher batcher, FakeServableModel held) {
        Outcome running = f.submit(batcher, text(100));
        f.loop.tick();
        held.awaitEntered(1);
        return running;
    }

    @Test
    void aWaitingTextLeavesWhenItsDeadlinePassesOrItsClientGoes() {
        FakeServableModel model = texts().hold();
        Batcher batcher = f.batcher(model, policy(0, InlineRuns.NEVER));
        Outcome running = occupy(batcher, model);
        Outcome late = f.submit(batcher, text(f.clock.nanoTime() + 5_000_000, List.of(), new long[] {1, 2}));
        Outcome gone = new Outcome();
        Submission leaving = batcher.submit(text(3, 4, 5), f.loop, gone);
        Outcome first = f.submit(batcher, text(6, 7));
        Outcome second = f.submit(batcher, text(8, 9, 10));
        f.loop.tick();

        f.loop.advanceMillis(10);
        leaving.cancel();
        model.letAllPass();
        f.await(running, first, second);

        assertThat(late.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(model.rowsPerRun()).containsExactly(1L, 2L);
        assertAnswers(running, 100, 200L);
        assertAnswers(first, 13, 19L, 20L);
        assertAnswers(second, 27, 35L, 36L, 37L);
    }

    @Test
    void aTextWhoseClientGoesWhileItRunsTakesNothingFromTheOthers() {
        FakeServableModel model = texts().hold();
        Batcher batcher = f.batcher(model, policy(0, InlineRuns.NEVER));
        Outcome running = occupy(batcher, model);
        Outcome gone = new Outcome();
        Submission leaving = batcher.submit(text(1, 2, 3), f.loop, gone);
        Outcome stays = f.submit(batcher, text(4, 5));
        f.loop.tick();
        model.letPass(1);
        model.awaitEntered(1);

        leaving.cancel();
        model.letAllPass();
        f.await(running, stays);

        assertThat(model.rowsPerRun()).containsExactly(1L, 2L);
        assertThat(gone.code()).isEqualTo(ErrorCode.CANCELLED);
        assertAnswers(stays, 9, 13L, 14L);
        running.answer().release();
    }

    @Test
    void closingFailsWhatWaitsAndLetsWhatRunsEnd() {
        FakeServableModel model = texts().hold();
        Batcher batcher = f.batcher(model, policy(0, InlineRuns.NEVER));
        Outcome running = occupy(batcher, model);
        Outcome first = f.submit(batcher, text(1, 2));
        Outcome second = f.submit(batcher, text(3, 4, 5));
        f.loop.tick();

        batcher.close(() -> {});
        model.letAllPass();
        f.await(running, first, second);

        assertThat(first.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertThat(second.code()).isEqualTo(ErrorCode.MODEL_NOT_READY);
        assertAnswers(running, 100, 200L);
    }

    @Test
    void whatARunMayHoldCanBeChangedWhileItServes() {
        FakeServableModel model = texts();
        Batcher batcher = f.batcher(model, inline(2));

        batcher.retune(32, 1, InlineRuns.ALWAYS, 6);
        Outcome first = f.submit(batcher, text(1, 2));
        Outcome second = f.submit(batcher, text(3, 4, 5));
        f.loop.tick();

        assertThat(model.rowsPerRun()).containsExactly(2L);
        List.of(first, second).forEach(outcome -> outcome.answer().release());
    }

    /** Any mix of lengths gets what each text gets alone, with other threads and bounds in play. */
    @ParameterizedTest
    @EnumSource(TextLengths.class)
    void everyTextOfAMixGetsItsOwnAnswer(TextLengths lengths) {
        RandomGenerator random = new SplittableRandom(11);
        Batcher batcher = f.batcher(texts(), policy(256, InlineRuns.NEVER));
        List<long[]> texts = IntStream.range(0, 300)
                .mapToObj(i -> random.longs(lengths.draw(random), 0, 1000).toArray())
                .toList();

        List<Outcome> outcomes = new ArrayList<>();
        for (long[] text : texts) {
            outcomes.add(f.submit(batcher, text(text)));
            if (random.nextInt(20) == 0) {
                f.loop.tick();
            }
        }
        f.loop.tick();
        f.await(outcomes.toArray(Outcome[]::new));

        for (int i = 0; i < texts.size(); i++) {
            long sum = LongStream.of(texts.get(i)).sum();
            Long[] tokens = LongStream.of(texts.get(i)).mapToObj(id -> id + sum).toArray(Long[]::new);
            assertAnswers(outcomes.get(i), sum, tokens);
        }
        assertThat(batcher.stats().executionCount()).isLessThan(200);
        assertThat((double) batcher.stats().paddingCellCount() / batcher.stats().cellCount())
                .isLessThan(0.5);
        assertThat(batcher.stats().rowCount()).isEqualTo(300);
    }
}
