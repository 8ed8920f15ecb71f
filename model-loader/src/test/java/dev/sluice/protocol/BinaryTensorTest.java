package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.binaryInput;
import static dev.sluice.protocol.DecoderFixture.bytes;
import static dev.sluice.protocol.DecoderFixture.elements;
import static dev.sluice.protocol.DecoderFixture.join;
import static dev.sluice.protocol.DecoderFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryTensorTest {
    private final DecoderFixture fixture = new DecoderFixture();

    @ParameterizedTest
    @CsvSource({
        "BOOL, 000101",
        "UINT8, 00ff7f",
        "INT8, 00ff80",
        "UINT16, 0000ffff0080",
        "INT16, 0000ffff0080",
        "FP16, 003c00bc007e",
        "BF16, 803f80bfc07f",
        "UINT32, 00000000ffffffff00000080",
        "INT32, 00000000ffffffff00000080",
        "FP32, 0000803f000080ff0000c07f",
        "UINT64, 0000000000000000ffffffffffffffff0000000000000080",
        "INT64, 0000000000000000ffffffffffffffff0000000000000080",
        "FP64, 000000000000f03f000000000000f0ff000000000000f87f",
        "BYTES, 0000000001000000ff02000000c3a9"
    })
    void copiesEveryDatatypeBitForBit(String type, String hex) {
        byte[] binary = HexFormat.of().parseHex(hex);

        DecodedRequest request = fixture.decode(binaryInput(type, "[3]", binary.length), binary);

        assertThat(bytes(request.inputs().tensors().get(0))).isEqualTo(binary);
    }

    @Test
    void givesBinaryAndJsonInputsTheirOwnDataInTheOrderOfTheBody() {
        String body = json("{'inputs':[{'name':'a','shape':[2],'datatype':'INT8','parameters':{'binary_data_size':2}},"
                + "{'name':'b','shape':[1],'datatype':'FP32','data':[1.5]},"
                + "{'name':'c','shape':[1,2],'datatype':'BYTES','parameters':{'binary_data_size':9}}]}");
        byte[] text = elements("x".getBytes(UTF_8), new byte[0]);

        DecodedRequest request = fixture.decode(body, join(new byte[] {3, 4}, text));

        assertThat(bytes(request.inputs().tensors().get(0))).containsExactly(3, 4);
        assertThat(request.inputs().tensors().get(1).memory().getFloat(0)).isEqualTo(1.5f);
        assertThat(bytes(request.inputs().tensors().get(2))).isEqualTo(text);
        assertThat(request.inputs().tensors()).extracting(Tensor::name).containsExactly("a", "b", "c");
    }

    @Test
    void readsJsonOfAGivenLengthWithoutAnyBinaryData() {
        DecodedRequest request = fixture.decode(DecoderFixture.input("INT8", "[1]", "[1]"), new byte[0]);

        assertThat(bytes(request.inputs().tensors().get(0))).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32|[1, 2]|7|7|input 'x': FP32 [1, 2] takes 8 bytes, binary_data_size is 7",
                "FP32|[1, 2]|8|7|binary_data_size of all inputs is 8 bytes in total, but 7 bytes follow the JSON",
                "FP32|[1, 2]|8|9|binary_data_size of all inputs is 8 bytes in total, but 9 bytes follow the JSON",
                "FP64|[4611686018427387904]|0|0|input 'x': FP64 [4611686018427387904] takes more than 9223372036854775807"
                        + " bytes, binary_data_size is 0",
                "FP64|[1152921504606846976]|0|0|input 'x': FP64 [1152921504606846976] takes more than 9223372036854775807"
                        + " bytes, binary_data_size is 0",
                "INT8|[1000000]|1000000|1"
                        + "|binary_data_size of all inputs is 1000000 bytes in total, but 1 bytes follow the JSON",
                "BYTES|[1]|9223372036854775807|1"
                        + "|binary_data_size of all inputs is 9223372036854775807 bytes in total, but 1 bytes follow the JSON"
            })
    void comparesAnnouncedExpectedAndActualSizes(String type, String shape, long announced, int sent, String message) {
        assertThat(fixture.failure(binaryInput(type, shape, announced), new byte[sent]))
                .hasMessage(message);
    }

    @Test
    void refusesBytesThatNoInputAnnounced() {
        assertThat(fixture.failure("{\"inputs\":[]}", new byte[3]))
                .hasMessage("binary_data_size of all inputs is 0 bytes in total, but 3 bytes follow the JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]|0500000061|input 'x': element 0 is 5 bytes long, only 1 bytes of binary data are left",
                "[1]|ffffffff61|input 'x': element 0 is 4294967295 bytes long, only 1 bytes of binary data are left",
                "[2]|010000006100|input 'x': element 1 must start with 4 bytes of length, only 1 bytes of binary data are left",
                "[2]|0100000061|input 'x': BYTES [2] takes 2 elements, the binary data has 1",
                "[1]|010000006100000000"
                        + "|input 'x': BYTES [1] takes 1 elements, which end at byte 5 of its 9 bytes of binary data",
                "[0]|00000000"
                        + "|input 'x': BYTES [0] takes 0 elements, which end at byte 0 of its 4 bytes of binary data"
            })
    void checksTheElementsOfBytes(String shape, String hex, String message) {
        byte[] binary = HexFormat.of().parseHex(hex);

        assertThat(fixture.failure(binaryInput("BYTES", shape, binary.length), binary))
                .hasMessage(message);
    }

    @Test
    void refusesBooleansOtherThan0And1() {
        assertThat(fixture.failure(binaryInput("BOOL", "[3]", 3), new byte[] {0, 1, (byte) 0xFF}))
                .hasMessage("input 'x': byte 2 of the binary data must be 0 or 1 (BOOL), got 255");
    }

    @ParameterizedTest
    @CsvSource({"-2, 13", "14, 13", "2147483647, 13"})
    void refusesALengthOfJsonOutsideTheBody(int jsonLength, int bodyLength) {
        byte[] body = "{\"inputs\":[]}".getBytes(UTF_8);

        InferenceException failure = fixture.failure(() -> fixture.decoder.decode(body, 0, body.length, jsonLength));

        assertThat(failure)
                .hasMessage("Inference-Header-Content-Length must be between 0 and the length of the body ("
                        + bodyLength + " bytes), got " + jsonLength);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
    }

    @Test
    void doesNotReadJsonBeyondItsLength() {
        byte[] body = "{\"inputs\":[]}".getBytes(UTF_8);

        InferenceException failure = fixture.failure(() -> fixture.decoder.decode(body, 0, body.length, 12));

        assertThat(failure).hasMessage("invalid JSON at byte 12: expected ',' or '}' but the body ended");
    }
}
