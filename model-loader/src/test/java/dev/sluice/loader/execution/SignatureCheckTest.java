package dev.sluice.loader.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureCheckTest {
    private final SignatureCheck check = new SignatureCheck(
            new ModelKey("fraud", 3),
            new ModelSignature(
                    "fake",
                    List.of(
                            new TensorSpec("x", DataType.FP32, Shape.of(-1, 16)),
                            new TensorSpec("s", DataType.BYTES, Shape.of(-1))),
                    List.of(
                            new TensorSpec("y", DataType.FP32, Shape.of(-1)),
                            new TensorSpec("z", DataType.FP32, Shape.of(-1))),
                    Map.of()));

    private static Tensor x(long rows, long columns) {
        return new Tensor(
                "x", DataType.FP32, Shape.of(rows, columns), ByteBuffer.allocateDirect((int) (rows * columns * 4)));
    }

    private static Tensor s(Shape shape, int... lengths) {
        ByteBuffer memory = ByteBuffer.allocateDirect(1000).order(ByteOrder.LITTLE_ENDIAN);
        for (int length : lengths) {
            memory.putInt(length);
            memory.position(memory.position() + Math.max(0, Math.min(length, 8)));
        }
        return new Tensor("s", DataType.BYTES, shape, memory.flip());
    }

    private static InferRequest request(List<Tensor> inputs, String... outputs) {
        List<RequestedOutput> wanted = new ArrayList<>();
        for (String output : outputs) {
            wanted.add(new RequestedOutput(output, true, 0));
        }
        return new InferRequest(
                "p",
                "c",
                new TensorSet(inputs, TensorBlock.unpooled(0)),
                wanted,
                true,
                Map.of(),
                1,
                InferRequest.NO_DEADLINE);
    }

    @Test
    void requestThatFitsIsLeftAsItIs() {
        InferRequest request = request(List.of(x(2, 16), s(Shape.of(2), 3, 0)), "z", "y");

        assertThat(check.apply(request)).isSameAs(request);
    }

    @Test
    void inputsAreBroughtIntoTheOrderOfTheSignature() {
        Tensor x = x(2, 16);
        Tensor s = s(Shape.of(2), 3, 0);
        InferRequest request = request(List.of(s, x), "y");

        InferRequest ordered = check.apply(request);

        assertThat(ordered.inputs().tensors()).containsExactly(x, s);
        assertThat(ordered.inputs().block()).isSameAs(request.inputs().block());
        assertThat(ordered).usingRecursiveComparison().ignoringFields("inputs").isEqualTo(request);
    }

    static Stream<Arguments> misfits() {
        Tensor x = x(1, 16);
        Tensor s = s(Shape.of(1), 3);
        String of = " of model 'fraud' version 3";
        return Stream.of(
                Arguments.of(
                        request(List.of(x(1, 15), s)), "input 'x'" + of + ": expected FP32 [-1, 16], got FP32 [1, 15]"),
                Arguments.of(
                        request(List.of(
                                new Tensor("x", DataType.INT32, Shape.of(1, 16), ByteBuffer.allocateDirect(64)), s)),
                        "input 'x'" + of + ": expected FP32 [-1, 16], got INT32 [1, 16]"),
                Arguments.of(request(List.of(x)), "input 's'" + of + " is missing: expected BYTES [-1]"),
                Arguments.of(request(List.of()), "input 'x'" + of + " is missing: expected FP32 [-1, 16]"),
                Arguments.of(
                        request(List.of(x, s.renamed("t"))), "unknown input 't'" + of + "; its inputs are 'x', 's'"),
                Arguments.of(request(List.of(x, s, x)), "input 'x'" + of + " is given twice"),
                Arguments.of(request(List.of(x, x)), "input 'x'" + of + " is given twice"),
                Arguments.of(
                        request(List.of(x, s), "y", "w"), "unknown output 'w'" + of + "; its outputs are 'y', 'z'"),
                Arguments.of(request(List.of(x, s), "y", "y"), "output 'y'" + of + " is requested twice"),
                Arguments.of(
                        request(List.of(x, s(Shape.of(1), 9))),
                        "tensor 's': BYTES [1] needs more than the 12 bytes it has"),
                Arguments.of(
                        request(List.of(x, s(Shape.of(1), -1))),
                        "tensor 's': BYTES [1] needs more than the 4 bytes it has"),
                Arguments.of(
                        request(List.of(x, s(Shape.of(2), 3))),
                        "tensor 's': BYTES [2] needs more than the 7 bytes it has"),
                Arguments.of(
                        request(List.of(x, s(Shape.of(1), 3, 0))), "input 's': BYTES [1] ends after 7 bytes, got 11"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void refusesWhatDoesNotFit(InferRequest request, String message) {
        assertThatThrownBy(() -> check.apply(request))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessage(message);
    }
}
