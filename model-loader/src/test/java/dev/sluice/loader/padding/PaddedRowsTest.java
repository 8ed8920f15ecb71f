package dev.sluice.loader.padding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PaddedRowsTest {
    private static final PaddingRule.Input UNPADDED = new PaddingRule.Input(PaddingRule.NO_AXIS, 0);

    private final TensorPool pool = new TensorPool(1 << 20);

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
    }

    private static PaddingRule rule(PaddingRule.Input... inputs) {
        return new PaddingRule("mask", List.of(inputs), Map.of());
    }

    private static PaddingRule outputs(Map<String, Integer> axes) {
        return rule().withOutputAxes(axes);
    }

    /** Elements 1, 2, 3 and so on. */
    private static Tensor counting(String name, DataType type, long... dimensions) {
        Shape shape = Shape.of(dimensions);
        ByteBuffer memory = ByteBuffer.allocateDirect((int) shape.elementCount() * type.byteSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; memory.hasRemaining(); i++) {
            put(memory, type, i);
        }
        return new Tensor(name, type, shape, memory.flip());
    }

    private static void put(ByteBuffer memory, DataType type, int value) {
        switch (type.byteSize()) {
            case 1 -> memory.put((byte) value);
            case 2 -> memory.putShort((short) value);
            case 4 -> memory.putInt(value);
            default -> memory.putLong(value);
        }
    }

    private static List<Long> elements(Tensor tensor) {
        List<Long> elements = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            elements.add(
                    switch (tensor.dataType().byteSize()) {
                        case 1 -> (long) data.get();
                        case 2 -> (long) data.getShort();
                        case 4 -> (long) data.getInt();
                        default -> data.getLong();
                    });
        }
        return elements;
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
    void rowsOfEveryTypeArePaddedAtTheirEnds(DataType type) {
        TensorSet joined = PaddedRows.join(
                pool::acquire,
                rule(new PaddingRule.Input(1, 9)),
                List.of(List.of(counting("x", type, 1, 2)), List.of(counting("x", type, 2, 3))),
                4);

        Tensor x = joined.tensors().get(0);
        assertThat(x.shape()).isEqualTo(Shape.of(3, 4));
        assertThat(elements(x)).containsExactly(1L, 2L, 9L, 9L, 1L, 2L, 3L, 9L, 4L, 5L, 6L, 9L);
        joined.release();
    }

    @Test
    void eachInputIsPaddedWithItsOwnValueWhereItsLengthIs() {
        List<Tensor> brief = List.of(
                counting("ids", DataType.INT64, 1, 1),
                counting("mask", DataType.BOOL, 1, 1),
                counting("states", DataType.FP32, 1, 2, 1, 2),
                counting("age", DataType.INT32, 1, 2));
        List<Tensor> longer = List.of(
                counting("ids", DataType.INT64, 1, 2),
                counting("mask", DataType.BOOL, 1, 2),
                counting("states", DataType.FP32, 1, 2, 2, 2),
                counting("age", DataType.INT32, 1, 2));

        TensorSet joined = PaddedRows.join(
                pool::acquire,
                rule(new PaddingRule.Input(1, 7), new PaddingRule.Input(1, 0), new PaddingRule.Input(2, 5), UNPADDED),
                List.of(brief, longer),
                2);

        assertThat(joined.tensors().stream().map(Tensor::shape))
                .containsExactly(Shape.of(2, 2), Shape.of(2, 2), Shape.of(2, 2, 2, 2), Shape.of(2, 2));
        assertThat(elements(joined.tensors().get(0))).containsExactly(1L, 7L, 1L, 2L);
        assertThat(elements(joined.tensors().get(1))).containsExactly(1L, 0L, 1L, 2L);
        assertThat(elements(joined.tensors().get(2)))
                .containsExactly(1L, 2L, 5L, 5L, 3L, 4L, 5L, 5L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(elements(joined.tensors().get(3))).containsExactly(1L, 2L, 1L, 2L);
        joined.release();
    }

    @Test
    void textWithoutALengthIsJoinedAsItIs() {
        Tensor one = text("a");
        Tensor other = text("bcd");

        TensorSet joined = PaddedRows.join(
                pool::acquire,
                rule(new PaddingRule.Input(1, 0), UNPADDED),
                List.of(
                        List.of(counting("ids", DataType.INT8, 1, 1), one),
                        List.of(counting("ids", DataType.INT8, 1, 3), other)),
                3);

        assertThat(elements(joined.tensors().get(0))).containsExactly(1L, 0L, 0L, 1L, 2L, 3L);
        Tensor city = joined.tensors().get(1);
        assertThat(city.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(city.byteSize()).isEqualTo(one.byteSize() + other.byteSize());
        joined.release();
    }

    private static Tensor text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        ByteBuffer memory = ByteBuffer.allocateDirect(4 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        memory.putInt(bytes.length).put(bytes);
        return new Tensor("city", DataType.BYTES, Shape.of(1, 1), memory.flip());
    }

    private TensorSet pooled(Tensor... tensors) {
        int size = List.of(tensors).stream().mapToInt(Tensor::byteSize).sum();
        TensorBlock block = pool.acquire(size);
        List<Tensor> copies = new ArrayList<>();
        int at = 0;
        for (Tensor tensor : tensors) {
            block.memory().put(at, tensor.memory(), 0, tensor.byteSize());
            copies.add(
                    new Tensor(tensor.name(), tensor.dataType(), tensor.shape(), block.slice(at, tensor.byteSize())));
            at += tensor.byteSize();
        }
        return new TensorSet(copies, block);
    }

    @Test
    void oneRowIsCutWithoutACopy() {
        TensorSet padded = pooled(counting("tokens", DataType.FP32, 1, 3, 2), counting("pooled", DataType.FP32, 1, 2));

        TensorSet cut = PaddedRows.cut(pool::acquire, outputs(Map.of("tokens", 1)), padded, 2);

        assertThat(cut.block()).isSameAs(padded.block());
        assertThat(cut.tensors().get(0).shape()).isEqualTo(Shape.of(1, 2, 2));
        assertThat(elements(cut.tensors().get(0))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(elements(cut.tensors().get(1))).containsExactly(1L, 2L);
        cut.release();
    }

    @Test
    void severalRowsAreCutIntoABlockOfTheirOwn() {
        TensorSet padded =
                pooled(counting("tokens", DataType.INT16, 2, 3), counting("pooled", DataType.FP64, 2, 1), text("abc"));

        TensorSet cut = PaddedRows.cut(pool::acquire, outputs(Map.of("tokens", 1)), padded, 2);

        assertThat(cut.block()).isNotSameAs(padded.block());
        assertThat(elements(cut.tensors().get(0))).containsExactly(1L, 2L, 4L, 5L);
        assertThat(elements(cut.tensors().get(1))).containsExactly(1L, 2L);
        assertThat(cut.tensors().get(2).data()).isEqualTo(text("abc").data());
        cut.release();
    }

    @Test
    void aLengthBehindOtherDimensionsIsCutToo() {
        TensorSet padded = pooled(counting("scores", DataType.UINT8, 1, 2, 3));

        TensorSet cut = PaddedRows.cut(pool::acquire, outputs(Map.of("scores", 2)), padded, 1);

        assertThat(cut.tensors().get(0).shape()).isEqualTo(Shape.of(1, 2, 1));
        assertThat(elements(cut.tensors().get(0))).containsExactly(1L, 4L);
        cut.release();
    }

    @Test
    void outputsAreGivenUpWhenThereIsNoMemoryToCutThem() {
        TensorSet padded = pooled(counting("tokens", DataType.INT16, 2, 3));
        InferenceException full = new InferenceException(ErrorCode.OVERLOADED, "full");

        assertThatThrownBy(() -> PaddedRows.cut(
                        size -> {
                            throw full;
                        },
                        outputs(Map.of("tokens", 1)),
                        padded,
                        2))
                .isSameAs(full);
    }

    @Test
    void rowsHaveALengthWhereTheirInputsAgree() {
        PaddingRule rule = rule(new PaddingRule.Input(1, 0), new PaddingRule.Input(2, 0), UNPADDED);

        assertThat(rule.length(lengths(3, 3))).isEqualTo(3);
        assertThat(rule.length(lengths(3, 4))).isEqualTo(-1);
        assertThat(rule.length(lengths(0, 0))).isEqualTo(-1);
    }

    private static List<Tensor> lengths(int first, int second) {
        return List.of(
                counting("a", DataType.INT8, 1, first),
                counting("b", DataType.INT8, 1, 2, second),
                counting("c", DataType.INT8, 1, 5));
    }
}
