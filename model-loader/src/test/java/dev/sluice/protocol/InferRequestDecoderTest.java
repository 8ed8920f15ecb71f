package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.bytes;
import static dev.sluice.protocol.DecoderFixture.elements;
import static dev.sluice.protocol.DecoderFixture.input;
import static dev.sluice.protocol.DecoderFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestDecoderTest {
    private final DecoderFixture fixture = new DecoderFixture();

    private Tensor only(String body) {
        DecodedRequest request = fixture.decode(body);
        assertThat(request.inputs().tensors()).hasSize(1);
        return request.inputs().tensors().get(0);
    }

    private static float[] floats(Tensor tensor) {
        float[] values = new float[tensor.byteSize() / 4];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    @Test
    void readsAMinimalRequest() {
        DecodedRequest request = fixture.decode(input("FP32", "[1,3]", "[1.5,-2,3e-1]"));

        Tensor x = request.inputs().tensors().get(0);
        assertThat(x.name()).isEqualTo("x");
        assertThat(x.dataType()).isEqualTo(DataType.FP32);
        assertThat(x.shape()).isEqualTo(Shape.of(1, 3));
        assertThat(floats(x)).containsExactly(1.5f, -2f, 0.3f);
        assertThat(x.memory().isDirect()).isTrue();
        assertThat(request.id()).isEmpty();
        assertThat(request.parameters()).isEmpty();
        assertThat(request.outputs()).isEmpty();
        assertThat(request.binaryByDefault()).isFalse();
        assertThat(request.timeoutMicros()).isEmpty();
        assertThat(request.priority()).isZero();
    }

    @Test
    void readsEveryPartOfARequest() {
        DecodedRequest request = fixture.decode(json("""
                { 'id' : 'é-𝄞-\\u00e9\\n', 'model_name': 'ignored', 'extra': [{'a': [1, {}]}, null, true],
                  'parameters': {'priority': 2, 'timeout': 1500, 'binary_data_output': false,
                                 'tenant': 'a', 'beam': 4, 'temperature': 0.5, 'greedy': true, 'big': 18446744073709551616},
                  'inputs': [
                    {'name': 'a', 'shape': [2], 'datatype': 'INT32', 'parameters': {'content_type': 'np'}, 'data': [1, 2]},
                    {'name': 'b', 'shape': [1, 1], 'datatype': 'BYTES', 'data': [['x']], 'unknown': null}],
                  'outputs': [ {'name': 'y', 'parameters': {'binary_data': true}},
                               {'name': 'z', 'parameters': {'classification': 3, 'other': 1}},
                               {'name': 'w'} ] }
                """));

        assertThat(request.id()).isEqualTo("é-𝄞-é\n");
        assertThat(request.priority()).isEqualTo(2);
        assertThat(request.timeoutMicros()).isEqualTo(OptionalLong.of(1500));
        assertThat(request.parameters())
                .isEqualTo(Map.of(
                        "tenant", new ParameterValue.Text("a"),
                        "beam", new ParameterValue.Int(4),
                        "temperature", new ParameterValue.Real(0.5),
                        "greedy", new ParameterValue.Bool(true),
                        "big", new ParameterValue.Real(0x1p64)));
        assertThat(request.outputs())
                .containsExactly(
                        new RequestedOutput("y", true, 0),
                        new RequestedOutput("z", false, 3),
                        new RequestedOutput("w", false, 0));
        assertThat(request.inputs().tensors())
                .extracting(Tensor::toString)
                .containsExactly("a INT32 [2]", "b BYTES [1, 1]");
    }

    @Test
    void takesNullForOptionalPartsAsAbsent() {
        DecodedRequest request = fixture.decode(json("{'id':null,'parameters':null,'outputs':null,"
                + "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','parameters':null,'data':[1]}]}"));

        assertThat(request.id()).isEmpty();
        assertThat(request.parameters()).isEmpty();
        assertThat(request.outputs()).isEmpty();
    }

    @Test
    void readsAnEmptyListOfInputs() {
        DecodedRequest request = fixture.decode("{\"inputs\":[]}");

        assertThat(request.inputs().tensors()).isEmpty();
        request.release();
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'data':[[1,2],[3,4]],'shape':[2,2],'datatype':'FP32','name':'x'}",
                "{'data':[1,2,3,4],'name':'x','shape':[2,2],'datatype':'FP32'}",
                "{'shape':[2,2],'data':[[1,2],[3,4]],'datatype':'FP32','name':'x'}",
                "{'datatype':'FP32','data':[1,[2,[3]],4],'shape':[2,2],'name':'x'}",
                "{'name':'x','datatype':'FP32','shape':[2,2],'data':[[[1,2]],[],[[3],4]]}",
                "{'\\u006eame':'\\u0078','datatype':'\\u0046P32','shape':[2,2.0],'data':[1e0,20e-1,0.3e1,4.0]}"
            })
    void readsFieldsInAnyOrderAndDataInAnyNesting(String input) {
        Tensor x = only(json("{'inputs':[" + input + "]}"));

        assertThat(x.toString()).isEqualTo("x FP32 [2, 2]");
        assertThat(floats(x)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void readsSeveralInputsIntoOneBlockWhichGrowsAsNeeded() {
        StringBuilder body = new StringBuilder("{\"inputs\":[");
        for (int i = 0; i < 50; i++) {
            body.append(i == 0 ? "" : ",").append("{\"name\":\"x").append(i);
            body.append("\",\"datatype\":\"INT16\",\"shape\":[").append(i).append("],\"data\":[");
            for (int j = 0; j < i; j++) {
                body.append(j == 0 ? "" : ",").append(100 * i + j);
            }
            body.append("]}");
        }

        DecodedRequest request = fixture.decode(body.append("]}").toString());

        for (int i = 0; i < 50; i++) {
            Tensor tensor = request.inputs().tensors().get(i);
            assertThat(tensor.byteSize()).isEqualTo(2 * i);
            for (int j = 0; j < i; j++) {
                assertThat(tensor.memory().getShort(2 * j)).isEqualTo((short) (100 * i + j));
            }
        }
        request.release();
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL|[true,false,1,0,1.0,-0]|010001000100",
                "UINT8|[0,255,1e2,7.0]|00ff6407",
                "UINT16|[0,65535,-0]|0000ffff0000",
                "UINT32|[4294967295]|ffffffff",
                "UINT64|[18446744073709551615,9007199254740993]|ffffffffffffffff0100000000002000",
                "INT8|[-128,127]|807f",
                "INT16|[-32768,32767]|0080ff7f",
                "INT32|[-2147483648,2147483647]|00000080ffffff7f",
                "INT64|[-9223372036854775808,9223372036854775807]|0000000000000080ffffffffffffff7f",
                "INT64|[-9007199254740993]|ffffffffffffdfff",
                "FP32|[1,-0.0,null]|0000803f000000800000c07f",
                "FP32|[\"Infinity\",\"-Infinity\",\"NaN\"]|0000807f000080ff0000c07f",
                "FP32|[16777217.0000000001,1e-46]|0100804b00000000",
                "FP64|[1,\"-Infinity\",0.1]|000000000000f03f000000000000f0ff9a9999999999b93f",
                "FP64|[null,\"NaN\",\"Infinity\"]|000000000000f87f000000000000f87f000000000000f07f",
                "BYTES|[\"a\",\"\",\"é\"]|01000000610000000002000000c3a9"
            })
    void readsEveryDatatypeExactly(String type, String data, String hex) {
        long count = data.chars().filter(c -> c == ',').count() + 1;

        Tensor x = only(input(type, "[" + count + "]", data));

        assertThat(HexFormat.of().formatHex(bytes(x))).isEqualTo(hex);
    }

    @Test
    void readsTextWithEveryEscape() {
        Tensor x = only(input(
                "BYTES",
                "[4]",
                "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u0000\\u007f\\u00e9\\u20AC\",\"\\uD834\\uDD1E𝄞\",\"/\u007f\"]"));

        assertThat(bytes(x))
                .isEqualTo(elements(
                        "\"\\/\b\f\n\r\t".getBytes(UTF_8),
                        "\0\u007fé€".getBytes(UTF_8),
                        "𝄞𝄞".getBytes(UTF_8),
                        "/\u007f".getBytes(UTF_8)));
    }

    @Test
    void readsAScalarWithAndWithoutAnArray() {
        assertThat(floats(only(input("FP32", "[]", "2.5")))).containsExactly(2.5f);
        assertThat(floats(only(input("FP32", "[]", "[2.5]")))).containsExactly(2.5f);
        assertThat(bytes(only(input("BYTES", "[]", "\"abc\"")))).isEqualTo(elements("abc".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[0]|[]", "[2,0]|[[],[]]", "[0,5]|[[[]]]", "[9223372036854775807,0]|[]"})
    void readsTensorsWithoutElements(String shape, String data) {
        assertThat(only(input("FP32", shape, data)).byteSize()).isZero();
        assertThat(only(input("BYTES", shape, data)).byteSize()).isZero();
    }

    @Test
    void readsABodyThatIsASliceOfAnArray() {
        byte[] body = ("xxx" + input("INT8", "[2]", "[1,2]") + "yyy").getBytes(UTF_8);

        DecodedRequest request = fixture.decoder.decode(body, 3, body.length - 6, InferRequestDecoder.ALL_JSON);

        assertThat(bytes(request.inputs().tensors().get(0))).containsExactly(1, 2);
    }

    @Test
    void readsOneBodyAfterAnotherAlsoAfterAFailure() {
        fixture.failure("{\"inputs\":[{\"name\":\"x\",");

        assertThat(floats(only(input("FP32", "[1]", "[7]")))).containsExactly(7f);
        assertThat(floats(only(input("FP32", "[1]", "[8]")))).containsExactly(8f);
    }

    @Test
    void appliesTheDefaultFormOfOutputsWhereverItStands() {
        String inputs = "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}]";
        String outputs = "'outputs':[{'name':'y'},{'name':'z','parameters':{'binary_data':false}}]";

        DecodedRequest request =
                fixture.decode(json("{" + outputs + "," + inputs + ",'parameters':{'binary_data_output':true}}"));

        assertThat(request.binaryByDefault()).isTrue();
        assertThat(request.outputs())
                .containsExactly(new RequestedOutput("y", true, 0), new RequestedOutput("z", false, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, -1", "250, 250", "250.0, 250", "'\"250\"', 250", "9007199254740993, 9007199254740993"})
    void readsTimeoutsAsNumbersOrText(String sent, long expected) {
        DecodedRequest request = fixture.decode("{\"parameters\":{\"timeout\":" + sent + "},\"inputs\":[]}");

        assertThat(request.timeoutMicros().orElse(-1)).isEqualTo(expected);
    }

    @Test
    void passesOverParametersThatSayThereIsNoSequence() {
        DecodedRequest request = fixture.decode(
                json("{'parameters':{'sequence_id':0,'sequence_start':false,'sequence_end':false},'inputs':[]}"));

        assertThat(request.parameters()).isEmpty();
        assertThat(fixture.decode(json("{'parameters':{'sequence_id':''},'inputs':[]}"))
                        .parameters())
                .isEqualTo(Map.of());
    }

    @Test
    void startsEachTensorAtAMultipleOf16Bytes() {
        DecodedRequest request = fixture.decode(json("{'inputs':[{'name':'a','shape':[1],'datatype':'INT8','data':[1]},"
                + "{'name':'b','shape':[1],'datatype':'FP64','data':[2]}]}"));

        ByteBuffer block = request.inputs().block().memory();
        assertThat(block.getDouble(16)).isEqualTo(2.0);
        assertThat(List.copyOf(request.inputs().tensors())).hasSize(2);
    }
}
