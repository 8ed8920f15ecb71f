package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void knowsItsShape() {
        Shape shape = Shape.of(2, 3, 4);

        assertThat(shape.rank()).isEqualTo(3);
        assertThat(shape.elementCount()).isEqualTo(24);
        assertThat(shape.withFirst(5)).isEqualTo(Shape.of(5, 3, 4)).hasToString("[5, 3, 4]");
        assertThat(shape.withFirst(2)).isSameAs(shape);
        assertThatThrownBy(() -> shape.withFirst(-2))
                .hasMessage("dimensions must be -1 (dynamic) or greater, got [-2, 3, 4]");
        assertThat(Shape.of()).isEqualTo(Shape.of()).hasSameHashCodeAs(Shape.of());
        assertThat(Shape.of().elementCount()).isEqualTo(1);
        assertThat(Shape.of(Long.MAX_VALUE, 0, Long.MAX_VALUE).elementCount()).isZero();
        assertThat(shape.sameRowShape(Shape.of(9, 3, 4))).isTrue();
        assertThat(shape.sameRowShape(Shape.of(2, 3, 5))).isFalse();
        assertThat(Shape.of().sameRowShape(Shape.of())).isFalse();
    }

    @Test
    void acceptsAnyLengthWhereItIsDynamic() {
        Shape declared = Shape.of(Shape.DYNAMIC, 3);

        assertThat(declared.isFixed()).isFalse();
        assertThat(declared.accepts(Shape.of(7, 3))).isTrue();
        assertThat(declared.accepts(Shape.of(7, 4))).isFalse();
        assertThat(declared.accepts(Shape.of(7))).isFalse();
        assertThatThrownBy(declared::elementCount).hasMessage("shape [-1, 3] has a dynamic dimension");
        assertThatThrownBy(() -> Shape.of(-2)).hasMessage("dimensions must be -1 (dynamic) or greater, got [-2]");
        assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2).elementCount()).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void viewsItsRowsWithoutACopy() {
        ByteBuffer memory = ByteBuffer.allocateDirect(24).order(ByteOrder.LITTLE_ENDIAN);
        Tensor tensor = new Tensor("x", DataType.FP32, Shape.of(3, 2), memory);
        memory.putFloat(16, 2.5f);

        Tensor rows = tensor.rows(2, 3);

        assertThat(rows.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(rows.memory().getFloat(0)).isEqualTo(2.5f);
        assertThat(rows.renamed("y")).hasToString("y FP32 [1, 2]");
        assertThat(tensor.rows(1, 1).byteSize()).isZero();
        assertThatThrownBy(() -> tensor.rows(2, 4)).hasMessage("rows [2, 4) outside [0, 3)");
    }

    @Test
    void liesInABlockWithoutAViewOfItsOwn() {
        TensorBlock block = TensorBlock.unpooled(64);
        block.memory().putFloat(20, 1.5f).putFloat(28, 2.5f);

        Tensor tensor = Tensor.in(block, 16, 16, "x", DataType.FP32, Shape.of(2, 2));
        Tensor row = tensor.rows(1, 2);

        assertThat(tensor.base()).isSameAs(block.memory());
        assertThat(tensor.memory().getFloat(4)).isEqualTo(1.5f);
        assertThat(tensor.memory().capacity()).isEqualTo(16);
        assertThat(row.base()).isSameAs(block.memory());
        assertThat(row.offset()).isEqualTo(24);
        assertThat(row.data().getFloat(4)).isEqualTo(2.5f);
        assertThat(row.renamed("y").offset()).isEqualTo(24);
        assertThatThrownBy(() -> Tensor.in(block, 56, 16, "x", DataType.FP32, Shape.of(4)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Tensor.in(block, 0, 12, "x", DataType.FP32, Shape.of(4)))
                .hasMessage("tensor 'x': FP32 [4] takes 16 bytes, got 12");
    }

    @Test
    void doesNotSeeLaterMovesOfTheCallersBuffer() {
        ByteBuffer memory = ByteBuffer.allocateDirect(12);
        memory.order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 3f).position(4);

        Tensor tensor = new Tensor("x", DataType.FP32, Shape.of(2), memory);
        memory.position(12);

        assertThat(tensor.memory().getFloat(0)).isEqualTo(3f);
        assertThat(tensor.byteSize()).isEqualTo(8);
    }

    @Test
    void refusesMemoryThatDoesNotFitItsShape() {
        assertThatThrownBy(() -> new Tensor("x", DataType.INT64, Shape.of(2), ByteBuffer.allocate(15)))
                .hasMessage("tensor 'x': INT64 [2] takes 16 bytes, got 15");
        Tensor text = new Tensor("t", DataType.BYTES, Shape.of(1), ByteBuffer.allocate(5));
        assertThatThrownBy(() -> text.rows(0, 1)).hasMessage("tensor 't' (BYTES [1]) cannot be sliced by rows");
    }

    @Test
    void findsTensorsByName() {
        Tensor a = new Tensor("a", DataType.INT8, Shape.of(2), ByteBuffer.allocate(2));
        TensorSet set = new TensorSet(List.of(a), TensorBlock.unpooled(2));

        assertThat(set.find("a")).isSameAs(a);
        assertThat(set.find("b")).isNull();
        assertThat(set.byteSize()).isEqualTo(2);
        set.release();
    }

    @Test
    void namesEveryDataType() {
        for (DataType type : DataType.values()) {
            assertThat(DataType.byName(type.name())).isEqualTo(type);
            assertThat(type.hasFixedSize()).isEqualTo(type != DataType.BYTES);
        }
        assertThat(DataType.byName("fp32")).isNull();
        assertThat(DataType.FP16.hasJsonForm()).isFalse();
        assertThat(DataType.BOOL.isInteger()).isFalse();
        assertThat(DataType.UINT64.isInteger()).isTrue();
        assertThat(DataType.BF16.isFloatingPoint()).isTrue();
    }

    @Test
    void readsVersionSelectors() {
        assertThat(VersionSelector.parse("")).isEqualTo(new VersionSelector.Routed());
        assertThat(VersionSelector.parse("12")).isEqualTo(new VersionSelector.Exact(12));
        assertThat(VersionSelector.parse("stable")).isEqualTo(new VersionSelector.Label("stable"));
        assertThat(VersionSelector.parse("9".repeat(30))).isInstanceOf(VersionSelector.Label.class);
        assertThat(new ModelRef("fraud")).hasToString("fraud");
        assertThat(new ModelRef("fraud", new VersionSelector.Exact(3))).hasToString("fraud@3");
    }

    @Test
    void ordersKeysByNameAndVersion() {
        assertThat(new ModelKey("a", 2)).isLessThan(new ModelKey("a", 10)).isLessThan(new ModelKey("b", 1));
        assertThatThrownBy(() -> new ModelKey("", 1)).hasMessage("model name must not be empty");
        assertThatThrownBy(() -> new ModelKey("a", 0)).hasMessage("model version must be 1 or greater, got 0");
    }

    @Test
    void refusesASignatureWithTwoTensorsOfOneName() {
        TensorSpec spec = new TensorSpec("x", DataType.FP32, Shape.of(1));

        assertThatThrownBy(() -> new ModelSignature("p", List.of(spec, spec), List.of(), Map.of()))
                .hasMessage("input 'x' is declared 2 times");
        ModelSignature signature = new ModelSignature("p", List.of(spec), List.of(spec), Map.of("x", List.of("a")));
        assertThat(signature.input("x")).isEqualTo(spec);
        assertThat(signature.output("y")).isNull();
        assertThat(signature.labels("x")).containsExactly("a");
        assertThat(signature.labels("y")).isEmpty();
    }

    @Test
    void takesAStackOnlyForWhatNobodyExpects() {
        assertThat(InferenceException.invalidInput("m").getStackTrace()).isEmpty();
        assertThat(new InferenceException(ErrorCode.BUG, "m").getStackTrace()).isNotEmpty();
    }

    @Test
    void refusesAShapeWhoseSizeOverflows() {
        ByteBuffer nothing = ByteBuffer.allocate(0);

        assertThatThrownBy(() -> new Tensor("x", DataType.FP64, Shape.of(1L << 61), nothing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'x': FP64 [2305843009213693952] takes more bytes than a long can count");
        assertThatThrownBy(() -> new Tensor("x", DataType.INT8, Shape.of(1L << 32, 1L << 32), nothing))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
