package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One decoder reads one request after the other; what it keeps of the one before must never show. */
class DecoderReuseTest {
    private final DecoderFixture fixture = new DecoderFixture();

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    private static String input(String name, String datatype, String shape, String data) {
        return "{\"name\":\"" + name + "\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape + ",\"data\":" + data
                + "}";
    }

    private static String request(String... inputs) {
        return "{\"inputs\":[" + String.join(",", inputs) + "]}";
    }

    private List<String> described(DecodedRequest request) {
        List<String> described =
                request.inputs().tensors().stream().map(Tensor::toString).toList();
        request.release();
        return described;
    }

    @Test
    void makesNoNewNameAndShapeWhereTheClientRepeatsThem() {
        DecodedRequest first = fixture.decode(request(input("age", "FP32", "[1,2]", "[1,2]")));
        DecodedRequest second = fixture.decode(request(input("age", "FP32", "[1,2]", "[3,4]")));

        Tensor before = first.inputs().tensors().get(0);
        Tensor after = second.inputs().tensors().get(0);
        assertThat(after.name()).isSameAs(before.name());
        assertThat(after.shape()).isSameAs(before.shape());
        assertThat(before.memory().getFloat(4)).isEqualTo(2f);
        assertThat(after.memory().getFloat(4)).isEqualTo(4f);
        first.release();
        second.release();
    }

    @Test
    void readsWhatStandsThereWhenRequestsDiffer() {
        String one = request(input("x", "FP32", "[1,2]", "[1,2]"), input("y", "INT64", "[1]", "[1]"));
        String other = request(input("x1", "INT32", "[2]", "[1,2]"), input("x", "BOOL", "[1,1]", "[true]"));
        String third = request(input("\\u0078", "FP64", "[]", "1"));

        for (int i = 0; i < 3; i++) {
            assertThat(described(fixture.decode(one))).containsExactly("x FP32 [1, 2]", "y INT64 [1]");
            assertThat(described(fixture.decode(other))).containsExactly("x1 INT32 [2]", "x BOOL [1, 1]");
            assertThat(described(fixture.decode(third))).containsExactly("x FP64 []");
        }
    }

    @Test
    void startsAfreshAfterARequestThatFailed() {
        String good = request(input("x", "FP32", "[1]", "[7]"));
        described(fixture.decode(good));

        assertThat(fixture.failure(request(input("x", "FP32", "[1]", "[1]"), input("y", "FP32", "[2]", "[1]")))
                        .code())
                .isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(fixture.failure("{\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}"))
                .hasMessage("inputs[0]: missing field 'name'");
        assertThat(fixture.failure("{}")).hasMessage("the request: missing field 'inputs'");

        DecodedRequest request = fixture.decode(good);
        Tensor x = request.inputs().tensors().get(0);
        assertThat(x.memory().getFloat(0)).isEqualTo(7f);
        assertThat(x.byteSize()).isEqualTo(4);
        request.release();
    }

    @Test
    void keepsNeitherLongNamesNorManyEntries() {
        DecodedInputs inputs = new DecodedInputs();
        for (int i = 0; i < 20; i++) {
            inputs.next().setRead("n".repeat(100 + 4 * i), DataType.FP32, Shape.of(i), i, 0, 0);
            inputs.added();
        }

        inputs.clear();

        assertThat(inputs.get(7).name()).hasSize(128);
        assertThat(inputs.get(8).name()).isEmpty();
        for (int i = 0; i < 17; i++) {
            inputs.next().setRead(i + "", DataType.FP32, i == 16 ? inputs.next().shape() : Shape.of(1), 1, 0, 0);
            inputs.added();
        }
        assertThat(inputs.get(16).shape()).isEqualTo(Shape.of());
    }
}
