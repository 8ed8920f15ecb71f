package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.elements;
import static dev.sluice.protocol.DecoderFixture.floats;
import static dev.sluice.protocol.DecoderFixture.json;
import static dev.sluice.protocol.DecoderFixture.longs;
import static dev.sluice.protocol.DecoderFixture.signature;
import static dev.sluice.protocol.DecoderFixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferResponseEncoderTest {
    private static final ModelSignature NO_LABELS = signature(List.of(), List.of());

    private final ByteSink sink = new ByteSink();
    private String predictionId = "";
    private ModelSignature signature = NO_LABELS;

    private InferRequest request(String id, boolean binaryByDefault, RequestedOutput... outputs) {
        return new InferRequest(
                predictionId,
                id,
                new TensorSet(List.of(), TensorBlock.unpooled(0)),
                List.of(outputs),
                binaryByDefault,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
    }

    private int encode(InferRequest request, Tensor... outputs) {
        InferResponse response = new InferResponse(
                new ModelKey("m", 3), new TensorSet(List.of(outputs), TensorBlock.unpooled(0)), 0, InferTiming.NONE);
        return new InferResponseEncoder().encode(request, response, signature, sink);
    }

    private String text() {
        return new String(sink.toByteArray(), UTF_8);
    }

    @Test
    void writesTheRequiredPartOnly() {
        int jsonLength = encode(request("", false), floats("y", Shape.of(1, 2), 1, -2.5f));

        assertThat(jsonLength).isEqualTo(-1);
        assertThat(text())
                .isEqualTo(json("{'model_name':'m','model_version':'3','outputs':[{'name':'y','datatype':'FP32',"
                        + "'shape':[1,2],'data':[1.0,-2.5]}]}"));
    }

    @Test
    void writesBothIdsAndSeveralOutputsInOrder() {
        predictionId = "p\"1";

        encode(
                request(
                        "é\\𝄞\u0001\n/",
                        false,
                        new RequestedOutput("b", false, 0),
                        new RequestedOutput("a", false, 0)),
                floats("a", Shape.of(), 0f),
                texts("b", Shape.of(0)));

        assertThat(text())
                .isEqualTo(json("{'model_name':'m','model_version':'3','id':'é\\\\𝄞\\u0001\\n/','parameters':"
                        + "{'prediction_id':'p\\'1'},'outputs':["
                        + "{'name':'b','datatype':'BYTES','shape':[0],'data':[]},"
                        + "{'name':'a','datatype':'FP32','shape':[],'data':[0.0]}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL|000100|false,true,false",
                "UINT8|00ff80|0,255,128",
                "INT8|00ff80|0,-1,-128",
                "UINT16|0000ffff0080|0,65535,32768",
                "INT16|0000ffff0080|0,-1,-32768",
                "UINT32|00000000ffffffff00000080|0,4294967295,2147483648",
                "INT32|00000000ffffffff00000080|0,-1,-2147483648",
                "UINT64|0000000000000000ffffffffffffffff0000000000000080|0,18446744073709551615,9223372036854775808",
                "INT64|ffffffffffffff7fffffffffffffffff0000000000000080|9223372036854775807,-1,-9223372036854775808",
                "FP32|000000800000807f0000c0ff|-0.0,\"Infinity\",\"NaN\"",
                "FP64|9a9999999999b93f000000000000f0ff000000000000f87f|0.1,\"-Infinity\",\"NaN\"",
                "BYTES|00000000020000005c2204000000f09d849e|\"\",\"\\\\\\\"\",\"𝄞\""
            })
    void writesEveryDatatype(String type, String hex, String data) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        encode(request("", false), new Tensor("y", DataType.valueOf(type), Shape.of(3), ByteBuffer.wrap(bytes)));

        assertThat(text()).endsWith("\"data\":[" + data + "]}]}");
    }

    @Test
    void appendsBinaryOutputsInOrderAfterTheJson() {
        Tensor half = new Tensor("h", DataType.FP16, Shape.of(1), ByteBuffer.wrap(new byte[] {0, 60}));
        Tensor ones = new Tensor("i", DataType.INT8, Shape.of(2), ByteBuffer.wrap(new byte[] {65, 66}));
        String head = json("{'model_name':'m','model_version':'3','outputs':["
                + "{'name':'i','datatype':'INT8','shape':[2],'parameters':{'binary_data_size':2}},"
                + "{'name':'y','datatype':'FP32','shape':[1],'data':[1.0]},"
                + "{'name':'h','datatype':'FP16','shape':[1],'parameters':{'binary_data_size':2}}]}");

        int jsonLength = encode(
                request(
                        "",
                        false,
                        new RequestedOutput("i", true, 0),
                        new RequestedOutput("y", false, 0),
                        new RequestedOutput("h", true, 0)),
                half,
                ones,
                floats("y", Shape.of(1), 1));

        assertThat(jsonLength).isEqualTo(head.length());
        assertThat(text()).isEqualTo(head + "AB\0<");
    }

    @Test
    void writesAllOutputsInBinaryFormWhenThatIsTheDefault() {
        int jsonLength = encode(request("", true), floats("y", Shape.of(1), 1), texts("z", Shape.of(1), "t"));

        assertThat(sink.size() - jsonLength).isEqualTo(9);
    }

    @Test
    void refusesOutputsThatJsonCannotHoldAndLeavesTheSinkAsItWas() {
        sink.put("before");
        Tensor half = new Tensor("h", DataType.BF16, Shape.of(1), ByteBuffer.wrap(new byte[2]));
        Tensor blob =
                new Tensor("b", DataType.BYTES, Shape.of(1), ByteBuffer.wrap(elements(new byte[] {65, (byte) 0xFF})));

        requireInvalid(half, "output 'h': BF16 has no JSON form; ask for it with parameter binary_data: true");
        requireInvalid(
                blob,
                "output 'b': BYTES that are not UTF-8 have no JSON form; ask for it in an infer request with parameter"
                        + " binary_data: true");
        assertThat(text()).isEqualTo("before");
    }

    private void requireInvalid(Tensor output, String message) {
        InferenceException failure =
                catchThrowableOfType(InferenceException.class, () -> encode(request("", false), output));
        assertThat(failure).hasMessage(message);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
    }

    @Test
    void requiresTheOutputsThatWereAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encode(request("", false, new RequestedOutput("y", false, 0))))
                .withMessage("the response of m@3 lacks output 'y', which was asked for");
    }

    @Test
    void countsJsonFromTheStartOfTheBody() {
        sink.put("before");

        int jsonLength = encode(request("", true), floats("y", Shape.of(1), 1));

        assertThat(sink.size()).isEqualTo(6 + jsonLength + 4);
    }

    @Test
    void writesTheHighestClassesOfEachRow() {
        signature = new ModelSignature("p", List.of(), List.of(), Map.of("y", List.of("cat", "dog:1")));

        encode(
                request("", false, new RequestedOutput("y", false, 2)),
                floats("y", Shape.of(2, 3), 0.1f, 0.7f, 0.2f, Float.NaN, 0.5f, 0.5f));

        assertThat(text())
                .endsWith(json("{'name':'y','datatype':'BYTES','shape':[2,2],"
                        + "'data':['0.7:1:dog:1','0.2:2','0.5:1:dog:1','0.5:2']}]}"));
    }

    @Test
    void writesClassesInBinaryFormToo() {
        int jsonLength =
                encode(request("", false, new RequestedOutput("y", true, 1)), floats("y", Shape.of(3), 1, 3, 2));

        byte[] body = sink.toByteArray();
        assertThat(Arrays.copyOfRange(body, jsonLength, body.length)).isEqualTo(elements("3.0:1".getBytes(UTF_8)));
    }

    @Test
    void ranksUnsignedAndLargeIntegersExactly() {
        encode(
                request("", false, new RequestedOutput("y", false, 9)),
                longs("y", DataType.UINT64, Shape.of(1, 3), 1, -1, Long.MAX_VALUE));

        assertThat(text())
                .contains(json("'shape':[1,3],'data':['18446744073709551615:1','9223372036854775807:2','1:0']"));
    }

    @Test
    void refusesClassesOfTexts() {
        InferenceException failure = catchThrowableOfType(
                InferenceException.class,
                () -> encode(request("", false, new RequestedOutput("y", false, 1)), texts("y", Shape.of(1), "t")));

        assertThat(failure).hasMessage("output 'y': classification needs a numeric output, this one is BYTES");
    }
}
