package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.bytes;
import static dev.sluice.protocol.DecoderFixture.elements;
import static dev.sluice.protocol.DecoderFixture.json;
import static dev.sluice.protocol.DecoderFixture.signature;
import static dev.sluice.protocol.DecoderFixture.spec;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsDecoderTest {
    private static final RowSchema COLUMNS =
            RowSchema.of(signature(List.of(spec("x", DataType.FP32, -1, 2)), List.of()), List.of("age", "income"));
    private static final RowSchema INPUTS = RowSchema.of(
            signature(
                    List.of(
                            spec("age", DataType.FP64, -1, 1),
                            spec("city", DataType.BYTES, -1),
                            spec("count", DataType.INT8, -1),
                            spec("member", DataType.BOOL, -1, 1),
                            spec("note", DataType.BYTES, -1, 1)),
                    List.of()),
            List.of());

    private final DecoderFixture fixture = new DecoderFixture();
    private final RowsDecoder decoder = new RowsDecoder(fixture.pool, CodecLimits.DEFAULT);

    private DecodedRows decode(String body, RowSchema schema) {
        byte[] bytes = json(body).getBytes(UTF_8);
        return decoder.decode(bytes, 0, bytes.length, schema);
    }

    private void requireInvalid(String body, RowSchema schema, String message) {
        InferenceException failure = fixture.failure(() -> decode(body, schema));
        assertThat(failure).hasMessage(message);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
    }

    @Test
    void readsOneObjectAsOneRow() {
        DecodedRows rows = decode("{'income':2.5,'age':30}", COLUMNS);

        Tensor x = rows.inputs().tensors().get(0);
        assertThat(rows.rowCount()).isEqualTo(1);
        assertThat(x.toString()).isEqualTo("x FP32 [1, 2]");
        assertThat(x.memory().getFloat(0)).isEqualTo(30f);
        assertThat(x.memory().getFloat(4)).isEqualTo(2.5f);
        rows.release();
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @Test
    void readsRowsIntoColumnsInTheOrderOfTheFeatures() {
        DecodedRows rows = decode("[{'age':1,'income':2},{'income':4,'age':3},{'ag\\u0065':5,'income':null}]", COLUMNS);

        float[] values = new float[6];
        rows.inputs().tensors().get(0).data().asFloatBuffer().get(values);
        assertThat(values).containsExactly(1, 2, 3, 4, 5, Float.NaN);
        assertThat(rows.rowCount()).isEqualTo(3);
    }

    @Test
    void readsEachFeatureIntoItsOwnInput() {
        DecodedRows rows = decode(
                "[{'age':1.5,'city':'Köln','count':-3,'member':true,'note':''},"
                        + "{'note':'\\u00e9','member':0,'count':4.0,'city':'x','age':'Infinity'}]",
                INPUTS);

        List<Tensor> tensors = rows.inputs().tensors();
        assertThat(tensors)
                .extracting(Tensor::toString)
                .containsExactly(
                        "age FP64 [2, 1]",
                        "city BYTES [2]",
                        "count INT8 [2]",
                        "member BOOL [2, 1]",
                        "note BYTES [2, 1]");
        assertThat(tensors.get(0).memory().getDouble(0)).isEqualTo(1.5);
        assertThat(tensors.get(0).memory().getDouble(8)).isInfinite();
        assertThat(bytes(tensors.get(1))).isEqualTo(elements("Köln".getBytes(UTF_8), "x".getBytes(UTF_8)));
        assertThat(bytes(tensors.get(2))).containsExactly(-3, 4);
        assertThat(bytes(tensors.get(3))).containsExactly(1, 0);
        assertThat(bytes(tensors.get(4))).isEqualTo(elements(new byte[0], "é".getBytes(UTF_8)));
        rows.release();
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @Test
    void readsManyRows() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            body.append(i == 0 ? "[" : ",")
                    .append("{'age':")
                    .append(i)
                    .append(",'income':")
                    .append(-i)
                    .append('}');
        }

        DecodedRows rows = decode(body + "]", COLUMNS);

        assertThat(rows.rowCount()).isEqualTo(5000);
        Tensor x = rows.inputs().tensors().get(0);
        assertThat(IntStream.range(0, 5000)
                        .allMatch(i ->
                                x.memory().getFloat(8 * i) == i && x.memory().getFloat(8 * i + 4) == -i))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|the list of rows must not be empty",
                "5|the body must be an object of features or a list of such objects, got number 5",
                "null|the body must be an object of features or a list of such objects, got null",
                "[{'age':1,'income':2},3]|row 1 must be an object of features, got number 3",
                "[[]]|row 0 must be an object of features, got an array",
                "{}|missing features 'age', 'income'",
                "{'age':1}|missing feature 'income'",
                "[{'age':1,'income':2},{'income':2}]|row 1: missing feature 'age'",
                "[{},{},{},{},{},{},{},{}]|row 0: missing features 'age', 'income'",
                "{'agee':1,'income':2}|unknown feature 'agee'; did you mean 'age'? expected 'age', 'income'",
                "[{'AGE':1,'income':2}]|row 0: unknown feature 'AGE'; did you mean 'age'? expected 'age', 'income'",
                "{'zipcode':1}|unknown feature 'zipcode'; expected 'age', 'income'",
                "{'age':1,'age':2}|feature 'age' is given twice",
                "[{'age':1,'income':2},{'income':1,'income':2}]|row 1: feature 'income' is given twice",
                "{'age':'old','income':2}|feature 'age' must be a number (FP32), got string \"old\"",
                "[{'age':true,'income':2}]|row 0: feature 'age' must be a number (FP32), got true",
                "[{'age':[1],'income':2}]|row 0: feature 'age' must be a number (FP32), got an array",
                "[{'age':1e39,'income':2}]"
                        + "|row 0: feature 'age' must be in [-3.4028235e38, 3.4028235e38] (FP32), got number 1e39",
                "[{'age':1,'income':2},]|invalid JSON at byte 22: expected a value but found ']'",
                "{'age':1,'income':2}}|invalid JSON at byte 20: expected the end of the JSON but found '}'"
            })
    void namesTheRowAndTheFeature(String body, String message) {
        requireInvalid(body, COLUMNS, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'count':null}|feature 'count' must be an integer (INT8), got null",
                "{'city':null}|feature 'city' must be a string (BYTES), got null",
                "{'city':5}|feature 'city' must be a string (BYTES), got number 5",
                "{'member':null}|feature 'member' must be true, false, 0 or 1 (BOOL), got null",
                "{'count':200}|feature 'count' must be in [-128, 127] (INT8), got number 200"
            })
    void refusesValuesThatDoNotFitTheirInput(String body, String message) {
        requireInvalid(body, INPUTS, message);
    }

    @Test
    void listsOnlyTheFirstOfManyNames() {
        List<String> names =
                IntStream.range(0, 500).mapToObj(i -> "feature" + i).toList();
        RowSchema wide = RowSchema.of(signature(List.of(spec("x", DataType.FP32, -1, 500)), List.of()), names);
        String ten = "'feature0', 'feature1', 'feature2', 'feature3', 'feature4', 'feature5', 'feature6', 'feature7',"
                + " 'feature8', 'feature9' and 490 more";

        requireInvalid("{'zzzzzz':1}", wide, "unknown feature 'zzzzzz'; expected " + ten);
        requireInvalid("[{}]", wide, "row 0: missing features " + ten);
    }

    @Test
    void asksForNoMoreMemoryThanCompleteRowsCouldFill() {
        List<String> names = IntStream.range(0, 1000).mapToObj(i -> "f" + i).toList();
        RowSchema wide = RowSchema.of(signature(List.of(spec("x", DataType.FP64, -1, 1000)), List.of()), names);

        // 100,000 complete rows would take 800 MB, beyond the pool.
        requireInvalid(
                "[" + "{},".repeat(99_999) + "{}]",
                wide,
                "row 0: missing features 'f0', 'f1', 'f2', 'f3', 'f4'," + " 'f5', 'f6', 'f7', 'f8', 'f9' and 990 more");
    }

    @Test
    void saysWhyAModelCannotBeCalledWithRows() {
        RowSchema image = RowSchema.of(signature(List.of(spec("x", DataType.FP32, -1, 3, 8, 8)), List.of()), List.of());

        requireInvalid(
                "{}",
                image,
                "this model cannot be called with rows: input 'x' FP32 [-1, 3, 8, 8] is not one feature, [N] or [N, 1];"
                        + " list the names of its columns as features in model.yaml. Use an infer request with tensors"
                        + " instead");
    }
}
