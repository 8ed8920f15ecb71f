package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.input;
import static dev.sluice.protocol.DecoderFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorPool;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferRequestDecoderErrorsTest {
    private final DecoderFixture fixture = new DecoderFixture();

    private void requireInvalid(String body, String message) {
        InferenceException failure = fixture.failure(body);
        assertThat(failure).hasMessage(message);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|the request must be an object, got an array",
                "'x'|the request must be an object, got string \"x\"",
                "{}|the request: missing field 'inputs'",
                "{'inputs':{}}|inputs must be an array, got an object",
                "{'inputs':null}|inputs must be an array, got null",
                "{'inputs':[1]}|inputs[0] must be an object, got number 1",
                "{'inputs':[],'id':5}|id must be a string, got number 5",
                "{'inputs':[],'outputs':{}}|outputs must be an array, got an object",
                "{'inputs':[],'outputs':[5]}|outputs[0] must be an object, got number 5",
                "{'inputs':[],'outputs':[{}]}|outputs[0]: missing field 'name'",
                "{'inputs':[],'outputs':[{'name':''}]}|outputs[0]: name must not be empty",
                "{'inputs':[],'outputs':[{'name':7}]}|outputs[0]: name must be a string, got number 7",
                "{'inputs':[],'outputs':[{'name':'y'},{'name':'y'}]}|output 'y' is asked for twice",
                "{'inputs':[],'outputs':[{'name':'y','parameters':{'binary_data':1}}]}"
                        + "|output 'y': parameter 'binary_data' must be true or false, got number 1",
                "{'inputs':[],'outputs':[{'name':'y','parameters':{'classification':0}}]}"
                        + "|output 'y': parameter 'classification' must be an integer of at least 1, got number 0",
                "{'inputs':[],'outputs':[{'name':'y','parameters':{'classification':1.5}}]}"
                        + "|output 'y': parameter 'classification' must be an integer of at least 1, got number 1.5",
                "{'inputs':[{}]}|inputs[0]: missing field 'name'",
                "{'inputs':[{'name':'x'}]}|input 'x': missing field 'datatype'",
                "{'inputs':[{'name':'x','datatype':'FP32'}]}|input 'x': missing field 'shape'",
                "{'inputs':[{'name':'x','datatype':'FP32','shape':[1]}]}"
                        + "|input 'x': missing field 'data' (or parameter 'binary_data_size')",
                "{'inputs':[{'datatype':'FP32','shape':[1],'data':[1]}]}|inputs[0]: missing field 'name'",
                "{'inputs':[{'name':''}]}|inputs[0]: name must not be empty",
                "{'inputs':[{'name':true}]}|inputs[0]: name must be a string, got true",
                "{'inputs':[{'name':'x','datatype':5}]}|input 'x': datatype must be a string, got number 5",
                "{'inputs':[{'name':'x','datatype':'fp32'}]}|input 'x': datatype must be one of [BOOL, UINT8, UINT16,"
                        + " UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES], got 'fp32'",
                "{'inputs':[{'name':'x','shape':3}]}|input 'x': shape must be an array of integers, got number 3",
                "{'inputs':[{'name':'x','shape':[1,-1]}]}"
                        + "|input 'x': shape[1] must be an integer in [0, 9223372036854775807], got number -1",
                "{'inputs':[{'name':'x','shape':[1.5]}]}"
                        + "|input 'x': shape[0] must be an integer in [0, 9223372036854775807], got number 1.5",
                "{'inputs':[{'name':'x','shape':['1']}]}"
                        + "|input 'x': shape[0] must be an integer in [0, 9223372036854775807], got string \"1\"",
                "{'inputs':[{'name':'x','shape':[9223372036854775808]}]}|input 'x': shape[0] must be an integer in"
                        + " [0, 9223372036854775807], got number 9223372036854775808",
                "{'inputs':[{'name':'x','parameters':[]}]}|input 'x': parameters must be an object, got an array",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','data':[1]},"
                        + "{'name':'x','shape':[1],'datatype':'INT8','data':[1]}]}|input 'x' is given twice",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','data':[1],'parameters':{'binary_data_size':1}}]}"
                        + "|input 'x': must have either field 'data' or parameter 'binary_data_size', got both",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','parameters':{'binary_data_size':-1}}]}"
                        + "|input 'x': parameter 'binary_data_size' must be an integer of at least 0, got number -1",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','parameters':{'binary_data_size':1}}]}"
                        + "|input 'x': parameter 'binary_data_size' needs the header Inference-Header-Content-Length",
                "{'inputs':[],'parameters':{'a':{}}}"
                        + "|parameter 'a' must be a string, a number, true or false, got an object",
                "{'inputs':[],'parameters':{'a':[]}}|parameter 'a' must be a string, a number, true or false, got an array",
                "{'inputs':[],'parameters':{'a':null}}|parameter 'a' must be a string, a number, true or false, got null",
                "{'inputs':[],'parameters':{'a':1e400}}"
                        + "|parameter 'a' must be in the range of a 64-bit floating-point number, got 1e400",
                "{'inputs':[],'parameters':{'timeout':-1}}"
                        + "|parameter 'timeout' must be an integer of at least 0, got number -1",
                "{'inputs':[],'parameters':{'timeout':'1s'}}"
                        + "|parameter 'timeout' must be an integer of at least 0, got string '1s'",
                "{'inputs':[],'parameters':{'timeout':true}}"
                        + "|parameter 'timeout' must be an integer of at least 0, got true",
                "{'inputs':[],'parameters':{'priority':0.5}}"
                        + "|parameter 'priority' must be an integer of at least 0, got number 0.5",
                "{'inputs':[],'parameters':{'binary_data_output':'yes'}}"
                        + "|parameter 'binary_data_output' must be true or false, got string 'yes'",
                "{'inputs':[],'parameters':{'triton_x':1}}"
                        + "|parameter 'triton_x' is reserved for the server and must not be sent",
                "{'inputs':[],'parameters':{'headers':'a'}}"
                        + "|parameter 'headers' is reserved for the server and must not be sent",
                "{'inputs':[],'inputs':[]}|invalid JSON at byte 13: duplicate key 'inputs'",
                "{'inputs':[],'x':1,'x':2}|invalid JSON at byte 19: duplicate key 'x'",
                "{'inputs':[],'parameters':{'a':1,'a':2}}|invalid JSON at byte 33: duplicate key 'a'",
                "{'inputs':[{'name':'x','name':'y'}]}|invalid JSON at byte 23: duplicate key 'name'"
            })
    void namesTheFieldTheExpectedAndTheActual(String body, String message) {
        requireInvalid(json(body), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FP32|[1, 4]|[1,2,3]|input 'x': shape [1, 4] takes 4 elements, data has 3",
                "FP32|[1, 4]|[1,2,3,4,5]|input 'x': shape [1, 4] takes 4 elements, data has 5",
                "FP32|[1, 1]|[[1,[2,[3,{},[]],4]],[5]]|input 'x': shape [1, 1] takes 1 elements, data has 6",
                "FP32|[2, 0]|[[],[1]]|input 'x': shape [2, 0] takes 0 elements, data has 1",
                "FP32|[9223372036854775807]|[1,[2,3]]"
                        + "|input 'x': shape [9223372036854775807] takes 9223372036854775807 elements, data has 3",
                "BYTES|[1000000000000]|['a']|input 'x': shape [1000000000000] takes 1000000000000 elements, data has 1",
                "FP32|[4294967296, 4294967296]|[1]"
                        + "|input 'x': shape [4294967296, 4294967296] has more than 9223372036854775807 elements",
                "FP32|[4294967296, 4294967296, 0]|[]"
                        + "|input 'x': shape [4294967296, 4294967296, 0] has more than 9223372036854775807 elements",
                "FP32|[1]|1|input 'x': data must be an array, got number 1",
                "FP32|[1]|{}|input 'x': data must be an array, got an object",
                "FP32|[]|[]|input 'x': shape [] takes 1 elements, data has 0",
                "FP32|[2]|[1,true]|input 'x': data[1] must be a number (FP32), got true",
                "FP32|[1]|[{'a':1}]|input 'x': data[0] must be a number (FP32), got an object",
                "FP32|[1]|['nan']|input 'x': data[0] must be a number (FP32), got string \"nan\"",
                "FP32|[1]|[1e39]|input 'x': data[0] must be in [-3.4028235e38, 3.4028235e38] (FP32), got number 1e39",
                "FP64|[1]|[-1e400]|input 'x': data[0] must be in [-1.7976931348623157e308, 1.7976931348623157e308]"
                        + " (FP64), got number -1e400",
                "INT32|[1]|[null]|input 'x': data[0] must be an integer (INT32), got null",
                "INT32|[1]|['1']|input 'x': data[0] must be an integer (INT32), got string \"1\"",
                "INT32|[1]|[1.5]|input 'x': data[0] must be an integer (INT32), got number 1.5",
                "INT32|[1]|[false]|input 'x': data[0] must be an integer (INT32), got false",
                "UINT8|[1]|[256]|input 'x': data[0] must be in [0, 255] (UINT8), got number 256",
                "UINT8|[1]|[-1]|input 'x': data[0] must be in [0, 255] (UINT8), got number -1",
                "INT8|[1]|[128]|input 'x': data[0] must be in [-128, 127] (INT8), got number 128",
                "INT8|[1]|[-129]|input 'x': data[0] must be in [-128, 127] (INT8), got number -129",
                "UINT16|[1]|[65536]|input 'x': data[0] must be in [0, 65535] (UINT16), got number 65536",
                "INT16|[1]|[32768]|input 'x': data[0] must be in [-32768, 32767] (INT16), got number 32768",
                "UINT32|[1]|[4294967296]|input 'x': data[0] must be in [0, 4294967295] (UINT32), got number 4294967296",
                "INT32|[1]|[2147483648]"
                        + "|input 'x': data[0] must be in [-2147483648, 2147483647] (INT32), got number 2147483648",
                "INT64|[1]|[9223372036854775808]|input 'x': data[0] must be in [-9223372036854775808,"
                        + " 9223372036854775807] (INT64), got number 9223372036854775808",
                "INT64|[1]|[-9223372036854775809]|input 'x': data[0] must be in [-9223372036854775808,"
                        + " 9223372036854775807] (INT64), got number -9223372036854775809",
                "UINT64|[1]|[18446744073709551616]|input 'x': data[0] must be in [0, 18446744073709551615] (UINT64),"
                        + " got number 18446744073709551616",
                "BOOL|[1]|[2]|input 'x': data[0] must be true, false, 0 or 1 (BOOL), got number 2",
                "BOOL|[1]|[-1]|input 'x': data[0] must be true, false, 0 or 1 (BOOL), got number -1",
                "BOOL|[1]|['true']|input 'x': data[0] must be true, false, 0 or 1 (BOOL), got string \"true\"",
                "BOOL|[1]|[null]|input 'x': data[0] must be true, false, 0 or 1 (BOOL), got null",
                "BYTES|[1]|[1]|input 'x': data[0] must be a string (BYTES), got number 1",
                "BYTES|[1]|[null]|input 'x': data[0] must be a string (BYTES), got null",
                "FP16|[1]|[1]|input 'x': FP16 has no JSON form; send it as binary data: parameter binary_data_size and"
                        + " header Inference-Header-Content-Length",
                "BF16|[1]|[1]|input 'x': BF16 has no JSON form; send it as binary data: parameter binary_data_size and"
                        + " header Inference-Header-Content-Length"
            })
    void namesTheElementTheExpectedAndTheActual(String type, String shape, String data, String message) {
        requireInvalid(input(type, shape, json(data)), message);
    }

    @Test
    void saysTheSameWhenDataComesBeforeItsDescription() {
        requireInvalid(
                json("{'inputs':[{'data':[1,300],'shape':[2],'datatype':'UINT8','name':'x'}]}"),
                "input 'x': data[1] must be in [0, 255] (UINT8), got number 300");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'inputs':[],'parameters':{'sequence_id':42}}"
                        + "|parameter 'sequence_id': sequences of requests that share state are not supported",
                "{'inputs':[],'parameters':{'sequence_id':'a'}}"
                        + "|parameter 'sequence_id': sequences of requests that share state are not supported",
                "{'inputs':[],'parameters':{'sequence_start':true}}"
                        + "|parameter 'sequence_start': sequences of requests that share state are not supported",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','parameters':{'shared_memory_region':'r'}}]}"
                        + "|input 'x': shared memory regions are not supported; send the data"
            })
    void saysWhatIsNotSupported(String body, String message) {
        InferenceException failure = fixture.failure(json(body));

        assertThat(failure).hasMessage(message);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNIMPLEMENTED);
    }

    @Test
    void quotesOnlyTheBeginningOfLongTextsAndNothingUnprintable() {
        requireInvalid(
                json("{'inputs':[{'name':'x','datatype':'" + "é".repeat(100) + "'}]}"),
                "input 'x': datatype must be one of [BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16,"
                        + " BF16, FP32, FP64, BYTES], got '" + "é".repeat(64) + "…'");
        requireInvalid(
                json("{'inputs':[{'name':'\\u001b[31m\\u202ex','datatype':5}]}"),
                "input '\\u001b[31m\\u202ex': datatype must be a string, got number 5");
        requireInvalid(
                input("INT8", "[1]", "[" + "9".repeat(100) + "]"),
                "input 'x': data[0] must be in [-128, 127] (INT8), got number " + "9".repeat(64) + "…");
    }

    @Test
    void refusesMoreThanItsLimitsAllow() {
        CodecLimits limits = new CodecLimits(5, 2, 2, 2, 16);
        TensorPool pool = new TensorPool(1 << 20);
        InferRequestDecoder decoder = new InferRequestDecoder(pool, limits);

        requireRefused(
                decoder,
                "{'inputs':[],'a':[[[[[]]]]]}",
                "invalid JSON at byte 21: objects and arrays are nested" + " deeper than 5");
        requireRefused(
                decoder, "{'inputs':[],'parameters':{'a':1,'b':2,'c':3}}", "parameters must have at most 2 keys");
        requireRefused(decoder, "{'inputs':[{'shape':[1,2,3]}]}", "inputs[0]: shape must have at most 2 dimensions");
        requireRefused(
                decoder,
                "{'inputs':[],'outputs':[{'name':'a'},{'name':'b'},{'name':'c'}]}",
                "outputs must have at most 2 entries");
        String one = "{'name':'%s','shape':[1],'datatype':'INT8','data':[1]}";
        requireRefused(
                decoder,
                "{'inputs':[" + String.format(one, "a") + "," + String.format(one, "b") + "," + String.format(one, "c")
                        + "]}",
                "inputs must have at most 2 entries");
        requireRefused(
                decoder,
                "{'inputs':[],'id':'12345678901234567'}",
                "a name, id, key or parameter of 17 bytes exceeds the limit of 16 bytes");
        assertThat(pool.bytesInUse()).isZero();
    }

    private void requireRefused(InferRequestDecoder decoder, String body, String message) {
        byte[] bytes = json(body).getBytes(StandardCharsets.UTF_8);
        InferenceException failure = fixture.failure(() -> decoder.decode(bytes, 0, bytes.length, -1));
        assertThat(failure).hasMessage(message);
    }

    @Test
    void asksForNoMoreMemoryThanTheBodyCouldFill() {
        TensorPool small = new TensorPool(1 << 20);
        InferRequestDecoder decoder = new InferRequestDecoder(small, CodecLimits.DEFAULT);

        // 2^60 elements would be 8 EiB; the pool would answer with another error code.
        requireRefused(
                decoder,
                input("FP64", "[1152921504606846976]", "[1,2]").replace('"', '\''),
                "input 'x': shape [1152921504606846976] takes 1152921504606846976 elements, data has 2");
        requireRefused(
                decoder,
                input("FP64", "[1000]", "[1,2]").replace('"', '\''),
                "input 'x': shape [1000] takes 1000 elements, data has 2");
        assertThat(small.bytesKept()).isZero();
    }

    @Test
    void givesMemoryBackWhenThePoolIsExhausted() {
        TensorPool small = new TensorPool(1 << 20);
        InferRequestDecoder decoder = new InferRequestDecoder(small, CodecLimits.DEFAULT);
        String numbers = "1,".repeat(99_999) + "1";
        byte[] body = json("{'inputs':[{'name':'a','shape':[100000],'datatype':'FP32','data':[" + numbers
                        + "]},{'name':'b','shape':[100000],'datatype':'FP64','data':[" + numbers + "]}]}")
                .getBytes(StandardCharsets.UTF_8);

        InferenceException failure = fixture.failure(() -> decoder.decode(body, 0, body.length, -1));

        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(small.bytesInUse()).isZero();
    }
}
