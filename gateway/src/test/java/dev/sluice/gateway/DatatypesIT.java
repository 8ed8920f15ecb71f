package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every datatype through every form of body, exactly. */
class DatatypesIT {
    private static final Pattern DATA = Pattern.compile("\"data\":\\[([^\\]]*)]");

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        for (Binary binary : binaries().toList()) {
            if (!repository.resolve(binary.model).toFile().exists()) {
                TestModels.copy(repository, binary.model);
            }
        }
        TestModels.copy(repository, "scalar", "fixed", "two-inputs", "overridable-initializer");
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Bytes of one row. */
    static final class Binary {
        private final String model;
        private final String datatype;
        private final int elements;
        private final byte[] bytes;

        Binary(String model, String datatype, int elements, byte[] bytes) {
            this.model = model;
            this.datatype = datatype;
            this.elements = elements;
            this.bytes = bytes;
        }

        @Override
        public String toString() {
            return datatype + " x " + elements;
        }
    }

    static Stream<Binary> binaries() {
        return Stream.of(
                new Binary("identity-bool", "BOOL", 3, LittleEndian.bytes(0, 1, 1)),
                new Binary("identity-uint8", "UINT8", 4, LittleEndian.bytes(0, 127, 128, 255)),
                new Binary("identity-int8", "INT8", 4, LittleEndian.bytes(-128, -1, 0, 127)),
                new Binary("identity-uint16", "UINT16", 4, LittleEndian.shorts(0, 32_767, 32_768, 65_535)),
                new Binary("identity-int16", "INT16", 4, LittleEndian.shorts(-32_768, -1, 0, 32_767)),
                new Binary("identity-uint32", "UINT32", 4, LittleEndian.ints(0, Integer.MAX_VALUE, 1 << 31, -1)),
                new Binary("identity-int32", "INT32", 4, LittleEndian.ints(1 << 31, -1, 0, Integer.MAX_VALUE)),
                new Binary("identity-uint64", "UINT64", 4, LittleEndian.longs(0, (1L << 53) + 1, 1L << 63, -1)),
                new Binary("identity-int64", "INT64", 4, LittleEndian.longs(1L << 63, -1, 0, Long.MAX_VALUE)),
                // Half precision: zero of both signs, the least subnormal, the largest, infinities, NaNs with a
                // payload.
                new Binary(
                        "identity-float16",
                        "FP16",
                        8,
                        LittleEndian.shorts(0, 0x8000, 1, 0x7bff, 0x7c00, 0xfc00, 0x7e01, 0xfdff)),
                new Binary(
                        "identity-bfloat16",
                        "BF16",
                        8,
                        LittleEndian.shorts(0, 0x8000, 1, 0x7f7f, 0x7f80, 0xff80, 0x7fc1, 0xff81)),
                new Binary(
                        "identity-float32",
                        "FP32",
                        8,
                        LittleEndian.ints(
                                0, 1 << 31, 1, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_1234, 0xff80_0001)),
                new Binary(
                        "identity-float64",
                        "FP64",
                        8,
                        LittleEndian.longs(
                                0,
                                1L << 63,
                                1,
                                0x7fef_ffff_ffff_ffffL,
                                0x7ff0_0000_0000_0000L,
                                0xfff0_0000_0000_0000L,
                                0x7ff8_0000_1234_5678L,
                                0xfff0_0000_0000_0001L)),
                new Binary(
                        "identity-string",
                        "BYTES",
                        5,
                        LittleEndian.texts("", "plain", "a\u0000b \"quoted\" \\ \n", "Grüße, 日本", "🦀👩‍🚀")));
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void answersBinaryWithTheSameBytes(Binary sent) {
        InferAnswer answer = InferAnswer.of(new InferBody()
                .binary("x", sent.datatype, "[1," + sent.elements + "]", sent.bytes)
                .binaryOutputs()
                .postTo(calls, sent.model));

        assertThat(answer.bytes("y")).isEqualTo(sent.bytes);
        assertThat(answer.output("y").get("datatype").asText()).isEqualTo(sent.datatype);
        assertThat(answer.output("y").get("shape").toString()).isEqualTo("[1," + sent.elements + "]");
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void answersTensorsWithoutElements(Binary sent) {
        for (String shape : List.of("[0,3]", "[2,0]")) {
            InferAnswer answer = InferAnswer.of(new InferBody()
                    .binary("x", sent.datatype, shape, new byte[0])
                    .binaryOutputs()
                    .postTo(calls, sent.model));

            assertThat(answer.bytes("y")).isEmpty();
            assertThat(answer.output("y").get("shape").toString()).isEqualTo(shape);
        }
    }

    /** One row as JSON text, and as bytes. */
    static final class Json {
        private final String model;
        private final String datatype;
        private final List<String> elements;
        private final byte[] bytes;

        Json(String model, String datatype, List<String> elements, byte[] bytes) {
            this.model = model;
            this.datatype = datatype;
            this.elements = elements;
            this.bytes = bytes;
        }

        @Override
        public String toString() {
            return datatype + " " + elements;
        }
    }

    static Stream<Json> jsons() {
        return Stream.of(
                new Json("identity-uint8", "UINT8", List.of("0", "128", "255"), LittleEndian.bytes(0, 128, 255)),
                new Json("identity-int8", "INT8", List.of("-128", "-1", "127"), LittleEndian.bytes(-128, -1, 127)),
                new Json("identity-uint16", "UINT16", List.of("0", "65535"), LittleEndian.shorts(0, 65_535)),
                new Json("identity-int16", "INT16", List.of("-32768", "32767"), LittleEndian.shorts(-32_768, 32_767)),
                new Json("identity-uint32", "UINT32", List.of("0", "4294967295"), LittleEndian.ints(0, -1)),
                new Json(
                        "identity-int32",
                        "INT32",
                        List.of("-2147483648", "2147483647"),
                        LittleEndian.ints(1 << 31, Integer.MAX_VALUE)),
                new Json(
                        "identity-uint64",
                        "UINT64",
                        List.of("9007199254740993", "9223372036854775808", "18446744073709551615"),
                        LittleEndian.longs((1L << 53) + 1, 1L << 63, -1)),
                new Json(
                        "identity-int64",
                        "INT64",
                        List.of("-9223372036854775808", "-9007199254740993", "9223372036854775807"),
                        LittleEndian.longs(1L << 63, -(1L << 53) - 1, Long.MAX_VALUE)),
                new Json("identity-bool", "BOOL", List.of("true", "false"), LittleEndian.bytes(1, 0)),
                new Json(
                        "identity-float32",
                        "FP32",
                        List.of("0.1", "-0.0", "1.4E-45", "3.4028235E38", "16777217", "\"NaN\"", "\"-Infinity\""),
                        LittleEndian.floats(
                                0.1f,
                                -0.0f,
                                1.4e-45f,
                                Float.MAX_VALUE,
                                16_777_216f,
                                Float.NaN,
                                Float.NEGATIVE_INFINITY)),
                new Json(
                        "identity-float64",
                        "FP64",
                        List.of("0.1", "-0.0", "4.9E-324", "1.7976931348623157E308", "\"Infinity\""),
                        LittleEndian.longs(
                                Double.doubleToRawLongBits(0.1),
                                1L << 63,
                                1,
                                Double.doubleToRawLongBits(Double.MAX_VALUE),
                                Double.doubleToRawLongBits(Double.POSITIVE_INFINITY))));
    }

    @ParameterizedTest
    @MethodSource("jsons")
    void readsJsonExactly(Json sent) {
        String shape = "[1," + sent.elements.size() + "]";
        InferBody body = new InferBody().json("x", sent.datatype, shape, sent.elements.toString());

        InferAnswer answer = InferAnswer.of(body.binaryOutputs().postTo(calls, sent.model));

        assertThat(answer.bytes("y")).isEqualTo(sent.bytes);
    }

    @ParameterizedTest
    @MethodSource("jsons")
    void writesJsonExactly(Json sent) {
        String shape = "[1," + sent.elements.size() + "]";
        HttpCalls.Answer answer =
                new InferBody().binary("x", sent.datatype, shape, sent.bytes).postTo(calls, sent.model);

        assertThat(InferAnswer.of(answer).binary()).isEmpty();
        Matcher data = DATA.matcher(answer.text());
        assertThat(data.find()).as(answer.text()).isTrue();
        List<String> written = Arrays.asList(data.group(1).split(","));
        assertThat(written).hasSameSizeAs(sent.elements);
        for (int i = 0; i < written.size(); i++) {
            assertSameElement(sent, written.get(i), sent.elements.get(i));
        }
    }

    /** Numbers may be written in several ways: a float is the same when it reads back as the same bits. */
    private static void assertSameElement(Json sent, String written, String expected) {
        switch (sent.datatype) {
            case "FP32" -> {
                if (!expected.startsWith("\"")) {
                    assertThat(Float.floatToRawIntBits(Float.parseFloat(written)))
                            .as(written)
                            .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(expected)));
                    assertThat(new BigDecimal(written)).as("is a JSON number").isNotNull();
                    return;
                }
            }
            case "FP64" -> {
                if (!expected.startsWith("\"")) {
                    assertThat(Double.doubleToRawLongBits(Double.parseDouble(written)))
                            .as(written)
                            .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(expected)));
                    return;
                }
            }
            default -> {}
        }
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void keepsTextsWithEmojiAndEscapes() {
        String data = "[\"\", \"caf\\u00e9 \\ud83e\\udd80\", \"🦀 \\\"x\\\" \\\\ \\n\\t\\u0001\", \"日本\"]";
        HttpCalls.Answer answer =
                new InferBody().json("x", "BYTES", "[1,4]", data).postTo(calls, "identity-string");

        InferAnswer read = InferAnswer.of(answer);

        assertThat(read.output("y").get("data"))
                .extracting(node -> node.asText())
                .containsExactly("", "café 🦀", "🦀 \"x\" \\ \n\t\u0001", "日本");
    }

    @Test
    void readsBoolsAsNumbersToo() {
        InferAnswer answer = InferAnswer.of(new InferBody()
                .json("x", "BOOL", "[1,4]", "[true, 0, 1, false]")
                .postTo(calls, "identity-bool"));

        assertThat(answer.output("y").get("data").toString()).isEqualTo("[true,false,true,false]");
    }

    @Test
    void readsNullAsNotANumberForFloats() {
        InferAnswer answer = InferAnswer.of(
                new InferBody().json("x", "FP32", "[1,2]", "[null, 1]").postTo(calls, "identity-float32"));

        assertThat(answer.output("y").get("data").get(0).asText()).isEqualTo("NaN");
    }

    @Test
    void takesNestedAndFlatDataForTheSame() {
        List<String> forms = List.of("[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]", "[[[1],[2,3]],4,[5,6]]");

        for (String form : forms) {
            InferAnswer answer = InferAnswer.of(
                    new InferBody().json("x", "INT32", "[2,3]", form).postTo(calls, "identity-int32"));
            assertThat(answer.output("y").get("data").toString()).as(form).isEqualTo("[1,2,3,4,5,6]");
        }
    }

    @Test
    void takesFieldsInAnyOrder() {
        HttpCalls.Answer answer = calls.post("/v2/models/identity-int32/infer", """
                {"outputs": [{"name": "y"}],
                 "inputs": [{"data": [[7, 8]], "datatype": "INT32", "shape": [1, 2], "name": "x"}]}
                """);

        assertThat(InferAnswer.of(answer).output("y").get("data").toString()).isEqualTo("[7,8]");
    }

    @Test
    void answersEmptyTensorsAsJson() {
        InferAnswer answer =
                InferAnswer.of(new InferBody().json("x", "INT64", "[0,3]", "[]").postTo(calls, "identity-int64"));

        assertThat(answer.output("y").get("shape").toString()).isEqualTo("[0,3]");
        assertThat(answer.output("y").get("data").toString()).isEqualTo("[]");
    }

    @Test
    void takesScalarsBareAndInAList() {
        for (String data : List.of("2.5", "[2.5]")) {
            InferAnswer answer =
                    InferAnswer.of(new InferBody().json("x", "FP32", "[]", data).postTo(calls, "scalar"));
            assertThat(answer.output("y").get("shape").toString()).isEqualTo("[]");
            assertThat(answer.output("y").get("data").toString()).isEqualTo("[5.0]");
        }
    }

    @Test
    void servesAShapeWithoutAnyDynamicDimension() {
        InferAnswer answer = InferAnswer.of(new InferBody()
                .json("x", "FP32", "[1,3,4]", "[0,1,2,3,4,5,6,7,8,9,10,11]")
                .postTo(calls, "fixed"));

        assertThat(answer.output("y").get("shape").toString()).isEqualTo("[1,3,4]");
        assertThat(answer.output("y").get("data").get(11).asDouble()).isEqualTo(22);
    }

    @Test
    void leavesAnInputWithADefaultToItsDefault() {
        InferAnswer answer = InferAnswer.of(
                new InferBody().json("x", "FP32", "[1,2]", "[1,2]").postTo(calls, "overridable-initializer"));

        assertThat(answer.output("y").get("data").toString()).isEqualTo("[3.0,6.0]");
    }

    @Test
    void tellsHowToSendTypesWithoutAJsonForm() {
        for (Binary binary : binaries()
                .filter(b -> b.datatype.endsWith("16") && b.datatype.contains("F"))
                .toList()) {
            HttpCalls.Answer answer =
                    new InferBody().json("x", binary.datatype, "[1,1]", "[1.0]").postTo(calls, binary.model);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error())
                    .isEqualTo("input 'x': " + binary.datatype + " has no JSON form; send it as binary data: parameter"
                            + " binary_data_size and header Inference-Header-Content-Length");
        }
    }

    @Test
    void tellsHowToReceiveTypesWithoutAJsonForm() {
        HttpCalls.Answer answer = new InferBody()
                .binary("x", "FP16", "[1,1]", LittleEndian.shorts(0x3c00))
                .postTo(calls, "identity-float16");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .isEqualTo("output 'y': FP16 has no JSON form; ask for it with parameter binary_data: true");
    }

    @Test
    void mixesJsonAndBinaryInputsAndOutputs() {
        InferAnswer answer = InferAnswer.of(new InferBody()
                .json("a", "FP32", "[1,4]", "[1,2,3,4]")
                .binary("b", "FP32", "[1,4]", LittleEndian.floats(10, 20, 30, 40))
                .member("parameters", "{\"binary_data_output\":true}")
                .output("difference")
                .output("sum", "{\"binary_data\":false}")
                .postTo(calls, "two-inputs"));

        assertThat(answer.json().get("outputs"))
                .extracting(output -> output.get("name").asText())
                .containsExactly("difference", "sum");
        assertThat(answer.output("sum").get("data").toString()).isEqualTo("[11.0,22.0,33.0,44.0]");
        assertThat(answer.bytes("difference")).isEqualTo(LittleEndian.floats(-9, -18, -27, -36));
    }

    @Test
    void takesARawBodyAsTheOnlyInput() {
        byte[] row = LittleEndian.floats(1, 2, 3);
        InferAnswer answer = InferAnswer.of(calls.post(
                "/v2/models/identity-float32/infer",
                row,
                "Content-Type",
                "application/octet-stream",
                "Inference-Header-Content-Length",
                "0"));

        assertThat(answer.bytes("y")).isEqualTo(row);
        assertThat(answer.output("y").get("shape").toString()).isEqualTo("[1,3]");
    }

    @Test
    void takesARawBodyAsTheOnlyText() {
        byte[] text = "🦀 crab".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        InferAnswer answer = InferAnswer.of(
                calls.post("/v2/models/identity-string/infer", text, "Inference-Header-Content-Length", "0"));

        assertThat(answer.bytes("y")).isEqualTo(LittleEndian.elements(text));
    }
}
