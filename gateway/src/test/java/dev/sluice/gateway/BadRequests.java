package dev.sluice.gateway;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The table of what clients do wrong. */
final class BadRequests {
    private static final String MLP = "mlp/infer";
    private static final String INT32 = "identity-int32/infer";
    private static final String ROWS = "mixed-inputs/predict";
    private static final String TYPES =
            "[BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16," + " FP32, FP64, BYTES]";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private BadRequests() {}

    static Stream<BadRequest> all() {
        return Stream.of(syntax(), fields(), values(), signatures(), binary(), headers(), options(), rows(), names())
                .flatMap(group -> group);
    }

    private static Stream<BadRequest> syntax() {
        String notUtf8 = "{\"id\":\"a\u00ff\",\"inputs\":[]}";
        return Stream.of(
                BadRequest.json("empty body", MLP, "", "invalid JSON at byte 0: expected a value but the body ended"),
                BadRequest.json(
                        "cut short", MLP, "{", "invalid JSON at byte 1: expected '\"' or '}' but the body ended"),
                BadRequest.json("not JSON", MLP, "hello", "invalid JSON at byte 0: expected a value but found 'h'"),
                BadRequest.json("a list", MLP, "[]", "the request must be an object, got an array"),
                BadRequest.json("null", MLP, "null", "the request must be an object, got null"),
                BadRequest.json(
                        "text behind the JSON",
                        MLP,
                        "{'inputs':[]} x",
                        "invalid JSON at byte 14: expected the end of the JSON but found 'x'"),
                BadRequest.json(
                        "trailing comma",
                        MLP,
                        "{'inputs':[],}",
                        "invalid JSON at byte 13: expected '\"' but found '}'"),
                BadRequest.json(
                        "duplicate key",
                        MLP,
                        "{'inputs':[],'inputs':[]}",
                        "invalid JSON at byte 13: duplicate key 'inputs'"),
                BadRequest.json(
                        "byte order mark",
                        MLP,
                        "\ufeff{'inputs':[]}",
                        "invalid JSON at byte 0: the body starts with a byte order mark; send UTF-8 without one"),
                BadRequest.bytes(
                        "text that is not UTF-8",
                        MLP,
                        notUtf8.getBytes(StandardCharsets.ISO_8859_1),
                        "invalid JSON at byte 8: byte 0xFF in a string does not begin a UTF-8 character"),
                BadRequest.json(
                        "lone surrogate", MLP, "{'id':'\\ud83e'}", "invalid JSON at byte 7: lone surrogate \\ud83e"),
                BadRequest.json("unknown escape", MLP, "{'id':'\\q'}", "invalid JSON at byte 7: unknown escape '\\q'"),
                BadRequest.json(
                        "control character",
                        MLP,
                        "{'id':'\n'}",
                        "invalid JSON at byte 7: control character 0x0A in a string must be written as \\u000a"),
                BadRequest.json(
                        "nested too deep",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],'data':" + "[".repeat(40) + "1"
                                + "]".repeat(40) + "}]}",
                        "~objects and arrays are nested deeper than 32"),
                BadRequest.data("leading zero", "INT32", "[01]", "~a number must not start with 0 and another digit"),
                BadRequest.data("half a number", "FP32", "[1.]", "~expected a digit but found ']'"),
                BadRequest.data("plus sign", "FP32", "[+1]", "~expected a value but found '+'"),
                BadRequest.data("bare NaN", "FP32", "[NaN]", "~NaN is not JSON; write NaN as null or \"NaN\""),
                BadRequest.data(
                        "bare infinity", "FP64", "[-Infinity]", "~-Infinity is not JSON; write it as \"-Infinity\""));
    }

    private static Stream<BadRequest> fields() {
        return Stream.of(
                BadRequest.json("no inputs", MLP, "{}", "the request: missing field 'inputs'"),
                BadRequest.json("inputs no list", MLP, "{'inputs':{}}", "inputs must be an array, got an object"),
                BadRequest.json("input no object", MLP, "{'inputs':[1]}", "inputs[0] must be an object, got number 1"),
                BadRequest.json("no name", MLP, "{'inputs':[{}]}", "inputs[0]: missing field 'name'"),
                BadRequest.json(
                        "name no text",
                        MLP,
                        "{'inputs':[{'name':5}]}",
                        "inputs[0]: name must be a string, got number 5"),
                BadRequest.json("empty name", MLP, "{'inputs':[{'name':''}]}", "inputs[0]: name must not be empty"),
                BadRequest.json("no datatype", MLP, "{'inputs':[{'name':'x'}]}", "input 'x': missing field 'datatype'"),
                BadRequest.json(
                        "no shape",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32'}]}",
                        "input 'x': missing field 'shape'"),
                BadRequest.json(
                        "no data",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':[1,16]}]}",
                        "input 'x': missing field 'data' (or parameter 'binary_data_size')"),
                BadRequest.json(
                        "unknown datatype",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'float32','shape':[1,16],'data':[]}]}",
                        "input 'x': datatype must be one of " + TYPES + ", got 'float32'"),
                BadRequest.json(
                        "shape no list",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':16,'data':[]}]}",
                        "input 'x': shape must be an array of integers, got number 16"),
                BadRequest.json(
                        "negative dimension",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':[-1,16],'data':[]}]}",
                        "input 'x': shape[0] must be an integer in [0, 9223372036854775807], got number -1"),
                BadRequest.json(
                        "fractional dimension",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':[1.5],'data':[]}]}",
                        "input 'x': shape[0] must be an integer in [0, 9223372036854775807], got number 1.5"),
                BadRequest.json(
                        "more elements than a long can count",
                        MLP,
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':[9223372036854775807,2],'data':[]}]}",
                        "input 'x': shape [9223372036854775807, 2] has more than 9223372036854775807 elements"),
                BadRequest.json("id no text", MLP, "{'id':5,'inputs':[]}", "id must be a string, got number 5"),
                BadRequest.json(
                                "endless id",
                                MLP,
                                "{'id':'" + "x".repeat(70_000) + "','inputs':[]}",
                                "a name, id, key or parameter of 70000 bytes exceeds the limit of 65536 bytes")
                        .answered(413, "PAYLOAD_TOO_LARGE"));
    }

    private static Stream<BadRequest> values() {
        String place = "input 'x': data[0] must be ";
        return Stream.of(
                BadRequest.data("UINT8 300", "UINT8", "[300]", place + "in [0, 255] (UINT8), got number 300"),
                BadRequest.data("UINT16 -1", "UINT16", "[-1]", place + "in [0, 65535] (UINT16), got number -1"),
                BadRequest.data(
                        "UINT32 2^32",
                        "UINT32",
                        "[4294967296]",
                        place + "in [0, 4294967295] (UINT32), got number 4294967296"),
                BadRequest.data(
                        "UINT64 2^64",
                        "UINT64",
                        "[18446744073709551616]",
                        place + "in [0, 18446744073709551615] (UINT64), got number 18446744073709551616"),
                BadRequest.data("INT8 -129", "INT8", "[-129]", place + "in [-128, 127] (INT8), got number -129"),
                BadRequest.data(
                        "INT16 32768", "INT16", "[32768]", place + "in [-32768, 32767] (INT16), got number 32768"),
                BadRequest.data(
                        "INT32 1e10",
                        "INT32",
                        "[1e10]",
                        place + "in [-2147483648, 2147483647] (INT32), got number 1e10"),
                BadRequest.data(
                        "INT64 2^63",
                        "INT64",
                        "[9223372036854775808]",
                        place
                                + "in [-9223372036854775808, 9223372036854775807] (INT64), got number 9223372036854775808"),
                BadRequest.data("INT32 1.5", "INT32", "[1.5]", place + "an integer (INT32), got number 1.5"),
                BadRequest.data("INT32 null", "INT32", "[null]", place + "an integer (INT32), got null"),
                BadRequest.data("INT32 text", "INT32", "['1']", place + "an integer (INT32), got string \"1\""),
                BadRequest.data("INT32 true", "INT32", "[true]", place + "an integer (INT32), got true"),
                BadRequest.data("INT32 object", "INT32", "[{}]", place + "an integer (INT32), got an object"),
                BadRequest.data("BOOL 2", "BOOL", "[2]", place + "true, false, 0 or 1 (BOOL), got number 2"),
                BadRequest.data(
                        "BOOL text", "BOOL", "['true']", place + "true, false, 0 or 1 (BOOL), got string \"true\""),
                BadRequest.data(
                        "FP32 1e39",
                        "FP32",
                        "[1e39]",
                        place + "in [-3.4028235e38, 3.4028235e38] (FP32), got number 1e39"),
                BadRequest.data(
                        "FP64 1e309",
                        "FP64",
                        "[1e309]",
                        place + "in [-1.7976931348623157e308, 1.7976931348623157e308] (FP64), got number 1e309"),
                BadRequest.data("FP32 text", "FP32", "['abc']", place + "a number (FP32), got string \"abc\""),
                BadRequest.data("FP32 false", "FP32", "[false]", place + "a number (FP32), got false"),
                BadRequest.data("BYTES number", "BYTES", "[1]", place + "a string (BYTES), got number 1"),
                BadRequest.data("BYTES null", "BYTES", "[null]", place + "a string (BYTES), got null"),
                BadRequest.data("data no list", "INT32", "5", "input 'x': data must be an array, got number 5"),
                BadRequest.data("too few", "INT32", "[]", "input 'x': shape [1, 1] takes 1 elements, data has 0"),
                BadRequest.data(
                        "too many", "INT32", "[[1,2],[3]]", "input 'x': shape [1, 1] takes 1 elements, data has 3"),
                BadRequest.json(
                        "a shape that promises four billion elements",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT32','shape':[4000000000,1],'data':[1]}]}",
                        "input 'x': shape [4000000000, 1] takes 4000000000 elements, data has 1"));
    }

    private static Stream<BadRequest> signatures() {
        String a = "{'name':'a','datatype':'FP32','shape':[1,4],'data':[1,2,3,4]}";
        return Stream.of(
                BadRequest.json("no input at all", MLP, "{'inputs':[]}", "~'x'"),
                BadRequest.json("missing input", "two-inputs/infer", "{'inputs':[" + a + "]}", "~'b'"),
                BadRequest.json(
                        "duplicate input",
                        "two-inputs/infer",
                        "{'inputs':[" + a + "," + a + "]}",
                        "input 'a' is given twice"),
                BadRequest.json(
                        "unknown input",
                        "two-inputs/infer",
                        "{'inputs':[" + a + "," + a.replace("'a'", "'c'") + "]}",
                        "~'c'"),
                BadRequest.json(
                        "wrong datatype",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT64','shape':[1,1],'data':[1]}]}",
                        "~input 'x'"),
                BadRequest.json(
                        "wrong rank",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT32','shape':[1],'data':[1]}]}",
                        "~input 'x'"),
                BadRequest.json(
                        "wrong dimension",
                        "fixed/infer",
                        "{'inputs':[{'name':'x','datatype':'FP32','shape':[1,3,5],'data':[1,2,3,4,5,6,7,8,9,10,11,12,"
                                + "13,14,15]}]}",
                        "~[1, 3, 4]"));
    }

    private static Stream<BadRequest> binary() {
        byte[] four = LittleEndian.ints(7);
        InferBody body = new InferBody().binary("x", "INT32", "[1,1]", four);
        return Stream.of(
                BadRequest.binary(
                        "binary size does not fit the shape",
                        "identity-int32",
                        new InferBody().binary("x", "INT32", "[1,2]", four),
                        "input 'x': INT32 [1, 2] takes 8 bytes, binary_data_size is 4"),
                BadRequest.bytes(
                        "bytes left over",
                        INT32,
                        concat(body.bytes(), LittleEndian.bytes(1)),
                        "binary_data_size of all inputs is 4 bytes in total, but 5 bytes follow the JSON",
                        body.headers()),
                BadRequest.bytes(
                        "bytes missing",
                        INT32,
                        java.util.Arrays.copyOf(body.bytes(), body.bytes().length - 1),
                        "binary_data_size of all inputs is 4 bytes in total, but 3 bytes follow the JSON",
                        body.headers()),
                BadRequest.json(
                        "binary data without the header",
                        INT32,
                        body.jsonText(),
                        "input 'x': parameter 'binary_data_size' needs the header " + HEADER_LENGTH),
                BadRequest.json(
                        "both data and binary data",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],'data':[1],"
                                + "'parameters':{'binary_data_size':4}}]}",
                        "input 'x': must have either field 'data' or parameter 'binary_data_size', got both"),
                BadRequest.json(
                        "negative binary size",
                        INT32,
                        "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],"
                                + "'parameters':{'binary_data_size':-4}}]}",
                        "input 'x': parameter 'binary_data_size' must be an integer of at least 0, got number -4"),
                BadRequest.binary(
                        "a BOOL of 2",
                        "identity-bool",
                        new InferBody().binary("x", "BOOL", "[1,2]", LittleEndian.bytes(1, 2)),
                        "input 'x': byte 1 of the binary data must be 0 or 1 (BOOL), got 2"),
                BadRequest.binary(
                        "a text longer than its bytes",
                        "identity-string",
                        new InferBody().binary("x", "BYTES", "[1,1]", LittleEndian.ints(100)),
                        "input 'x': element 0 is 100 bytes long, only 0 bytes of binary data are left"),
                BadRequest.binary(
                        "a text fewer than the shape",
                        "identity-string",
                        new InferBody().binary("x", "BYTES", "[1,2]", LittleEndian.texts("one")),
                        "input 'x': BYTES [1, 2] takes 2 elements, the binary data has 1"),
                BadRequest.binary(
                        "a text that is not UTF-8",
                        "identity-string",
                        new InferBody().binary("x", "BYTES", "[1,1]", LittleEndian.elements(LittleEndian.bytes(0xff))),
                        "~element 0 is not UTF-8"),
                BadRequest.bytes(
                        "raw body for two inputs",
                        "two-inputs/infer",
                        four,
                        "a raw body (Inference-Header-Content-Length: 0) needs a model with exactly one input, this one"
                                + " has 2",
                        HEADER_LENGTH,
                        "0"),
                BadRequest.bytes(
                        "raw body of half a number",
                        INT32,
                        LittleEndian.bytes(1, 2, 3, 4, 5),
                        "input 'x': INT32 [1, -1] takes a multiple of 4 bytes, the raw body has 5",
                        HEADER_LENGTH,
                        "0"));
    }

    private static Stream<BadRequest> headers() {
        String good = "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],'data':[1]}]}";
        String length = HEADER_LENGTH + " must be ";
        return Stream.of(
                BadRequest.json("header length no number", INT32, good, length + "a number of bytes, got 'many'")
                        .with(HEADER_LENGTH, "many"),
                BadRequest.json(
                                "header length negative",
                                INT32,
                                good,
                                length + "between 0 and the body's " + good.length() + " bytes, got -1")
                        .with(HEADER_LENGTH, "-1"),
                BadRequest.json(
                                "header length beyond the body",
                                INT32,
                                good,
                                length + "between 0 and the body's " + good.length() + " bytes, got 9999")
                        .with(HEADER_LENGTH, "9999"),
                BadRequest.json(
                                "header length beyond a long",
                                INT32,
                                good,
                                length + "a number of bytes, got '99999999999999999999'")
                        .with(HEADER_LENGTH, "99999999999999999999"),
                BadRequest.json("header length inside the JSON", INT32, good, "~the body ended")
                        .with(HEADER_LENGTH, "10"),
                BadRequest.json(
                                "text/plain",
                                INT32,
                                good,
                                "Content-Type must be application/json, or application/octet-stream for binary tensors,"
                                        + " got 'text/plain; charset=utf-8'")
                        .with("Content-Type", "text/plain; charset=utf-8")
                        .answered(415, "UNSUPPORTED_MEDIA_TYPE"),
                BadRequest.json("XML", INT32, good, "~got 'application/xml'")
                        .with("Content-Type", "application/xml")
                        .answered(415, "UNSUPPORTED_MEDIA_TYPE"),
                BadRequest.json("brotli", INT32, good, "Content-Encoding must be gzip, deflate or identity, got 'br'")
                        .with("Content-Encoding", "br")
                        .answered(415, "UNSUPPORTED_MEDIA_TYPE"),
                BadRequest.json("gzip that is none", INT32, good, "the body is not complete, valid gzip data")
                        .with("Content-Encoding", "gzip"),
                BadRequest.json("deflate that is none", INT32, good, "the body is not complete, valid deflate data")
                        .with("Content-Encoding", "deflate"),
                timeoutHeader("soon", good),
                timeoutHeader("0", good),
                timeoutHeader("-5", good),
                timeoutHeader("1.5", good),
                timeoutHeader("99999999999999999999", good));
    }

    private static BadRequest timeoutHeader(String value, String body) {
        return BadRequest.json(
                        "header sluice-timeout-ms " + value,
                        INT32,
                        body,
                        "header sluice-timeout-ms must be a whole number of milliseconds between 1 and 2147483647, got '"
                                + value + "'")
                .with("sluice-timeout-ms", value);
    }

    private static Stream<BadRequest> options() {
        return Stream.of(
                outputs("outputs no list", "'y'", "outputs must be an array, got string \"y\""),
                outputs("output no object", "['y']", "outputs[0] must be an object, got string \"y\""),
                outputs("output without a name", "[{}]", "outputs[0]: missing field 'name'"),
                outputs("unknown output", "[{'name':'z'}]", "~'z'"),
                outputs("output asked for twice", "[{'name':'y'},{'name':'y'}]", "output 'y' is asked for twice"),
                outputs(
                        "no classes",
                        "[{'name':'y','parameters':{'classification':0}}]",
                        "output 'y': parameter 'classification' must be an integer of at least 1, got number 0"),
                outputs(
                        "binary_data no boolean",
                        "[{'name':'y','parameters':{'binary_data':'yes'}}]",
                        "output 'y': parameter 'binary_data' must be true or false, got string 'yes'"),
                BadRequest.json(
                        "classes of texts",
                        "identity-string/infer",
                        "{'inputs':[{'name':'x','datatype':'BYTES','shape':[1,1],'data':['a']}],"
                                + "'outputs':[{'name':'y','parameters':{'classification':1}}]}",
                        "output 'y': classification needs a numeric output, this one is BYTES"),
                parameters("parameters no object", "[]", "parameters must be an object, got an array"),
                parameters(
                        "parameter that is an object",
                        "{'a':{}}",
                        "parameter 'a' must be a string, a number, true or false, got an object"),
                parameters(
                        "negative timeout",
                        "{'timeout':-1}",
                        "parameter 'timeout' must be an integer of at least 0, got number -1"),
                parameters(
                        "timeout in words",
                        "{'timeout':'soon'}",
                        "parameter 'timeout' must be an integer of at least 0, got string 'soon'"),
                parameters(
                        "fractional timeout",
                        "{'timeout':1.5}",
                        "parameter 'timeout' must be an integer of at least 0, got number 1.5"),
                parameters(
                        "negative priority",
                        "{'priority':-1}",
                        "parameter 'priority' must be an integer of at least 0, got number -1"),
                parameters(
                        "binary_data_output no boolean",
                        "{'binary_data_output':1}",
                        "parameter 'binary_data_output' must be true or false, got number 1"),
                parameters(
                        "a name of Triton's own",
                        "{'triton_enable_empty_final_response':true}",
                        "parameter 'triton_enable_empty_final_response' is reserved for the server and must not be sent"),
                parameters(
                        "headers as a parameter",
                        "{'headers':'x'}",
                        "parameter 'headers' is reserved for the server and must not be sent"),
                parameters(
                                "a sequence",
                                "{'sequence_id':5}",
                                "parameter 'sequence_id': sequences of requests that share state are not supported")
                        .answered(501, "UNIMPLEMENTED"),
                BadRequest.json(
                                "shared memory",
                                INT32,
                                "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],"
                                        + "'parameters':{'shared_memory_region':'r'}}]}",
                                "input 'x': shared memory regions are not supported; send the data")
                        .answered(501, "UNIMPLEMENTED"));
    }

    private static BadRequest outputs(String what, String outputs, String message) {
        String body = "{'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],'data':[1]}],'outputs':" + outputs + "}";
        return BadRequest.json(what, INT32, body, message);
    }

    private static BadRequest parameters(String what, String parameters, String message) {
        String body =
                "{'parameters':" + parameters + ",'inputs':[{'name':'x','datatype':'INT32','shape':[1,1],'data':[1]}]}";
        return BadRequest.json(what, INT32, body, message);
    }

    private static Stream<BadRequest> rows() {
        String row = "{'age':1,'income':2,'city':'Graz','member':true,'visits':3}";
        return Stream.of(
                BadRequest.json("no rows", ROWS, "[]", "the list of rows must not be empty"),
                BadRequest.json(
                        "rows no object",
                        ROWS,
                        "5",
                        "the body must be an object of features or a list of such objects, got number 5"),
                BadRequest.json(
                        "row no object", ROWS, "[" + row + ",[]]", "row 1 must be an object of features, got an array"),
                BadRequest.json(
                        "missing features",
                        ROWS,
                        "{'age':1,'city':'Graz','member':true}",
                        "missing features 'income', 'visits'"),
                BadRequest.json(
                        "missing feature of the second row",
                        ROWS,
                        "[" + row + ",{'age':1,'income':2,'member':true,'visits':3}]",
                        "row 1: missing feature 'city'"),
                BadRequest.json(
                        "misspelt feature",
                        ROWS,
                        row.replace("'income'", "'incone'"),
                        "unknown feature 'incone'; did you mean 'income'? expected 'age', 'income', 'city', 'member',"
                                + " 'visits'"),
                BadRequest.json("feature given twice", ROWS, "{'age':1,'age':2}", "feature 'age' is given twice"),
                BadRequest.json(
                        "text for a number",
                        ROWS,
                        row.replace("'age':1", "'age':'old'"),
                        "feature 'age' must be a number (FP32), got string \"old\""),
                BadRequest.json(
                        "number for a text",
                        ROWS,
                        "[" + row.replace("'Graz'", "8010") + "]",
                        "row 0: feature 'city' must be a string (BYTES), got number 8010"),
                BadRequest.json(
                        "null for an integer",
                        ROWS,
                        row.replace("'visits':3", "'visits':null"),
                        "feature 'visits' must be an integer (INT64), got null"),
                BadRequest.json(
                        "rows for a model that takes none",
                        "mlp/predict",
                        "{'x':1}",
                        "~this model cannot be called with rows: input 'x' FP32 [-1, 16] is not one feature"));
    }

    private static Stream<BadRequest> names() {
        String body = "{'inputs':[]}";
        return Stream.of(
                BadRequest.json("unknown model", "nope/infer", body, "~model 'nope' is not known; available: ")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json("model name of another case", "MLP/infer", body, "~model 'MLP' is not known")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json(
                                "model name that climbs",
                                "..%2f..%2fetc/infer",
                                body,
                                "~model '../../etc' is not known")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json("model name that is not UTF-8", "%FF%FE/infer", body, "~is not known")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json(
                                "unknown version",
                                "mlp/versions/7/infer",
                                body,
                                "model 'mlp' has no version 7; versions ready: [1]")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json(
                                "endless version",
                                "mlp/versions/99999999999999999999/infer",
                                body,
                                "~model 'mlp' has no version or label '99999999999999999999'")
                        .answered(404, "MODEL_NOT_FOUND"),
                BadRequest.json(
                                "unknown label",
                                "mlp/versions/stable/infer",
                                body,
                                "model 'mlp' has no version or label 'stable'; versions ready: [1]")
                        .answered(404, "MODEL_NOT_FOUND"));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
