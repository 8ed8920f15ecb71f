package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BodyWriterTest {
    private static final ModelMetadata EVERY_JSON_TYPE = new ModelMetadata(
            "m",
            Stream.of(DataType.values())
                    .filter(DataType::hasJsonForm)
                    .map(type -> new TensorSpec(type.name(), type, Shape.of(-1, 3)))
                    .toList());

    @Test
    void jsonBodyHoldsEveryInputInTheModelsShape() throws Exception {
        BodySource.Generated source = new BodySource.Generated(2, Map.of(), false, 1);

        JsonNode root =
                parse(BodyWriter.bodies(EVERY_JSON_TYPE, source, 1).get(0).toByteArray());

        assertThat(root.path("inputs")).hasSize(EVERY_JSON_TYPE.inputs().size()).allSatisfy(input -> {
            assertThat(input.path("datatype").asText())
                    .isEqualTo(input.path("name").asText());
            assertThat(input.path("shape").toString()).isEqualTo("[2,3]");
            assertThat(input.path("data")).hasSize(6);
        });
        assertThat(element(root, DataType.BOOL).isBoolean()).isTrue();
        assertThat(element(root, DataType.BYTES).asText()).hasSize(8);
        assertThat(element(root, DataType.UINT64).asLong()).isBetween(0L, 99L);
        assertThat(element(root, DataType.FP32).asDouble()).isBetween(-1.0, 1.0);
    }

    private static JsonNode element(JsonNode root, DataType type) {
        for (JsonNode input : root.path("inputs")) {
            if (input.path("name").asText().equals(type.name())) {
                return input.path("data").path(0);
            }
        }
        throw new AssertionError("no input " + type);
    }

    @Test
    void binaryBodyDeclaresTheBytesThatFollow() throws Exception {
        ModelMetadata model = new ModelMetadata(
                "m",
                List.of(
                        new TensorSpec("half", DataType.FP16, Shape.of(-1, 4)),
                        new TensorSpec("text", DataType.BYTES, Shape.of(2))));

        RequestBody body = BodyWriter.bodies(model, new BodySource.Generated(3, Map.of(), true, 1), 1)
                .get(0);

        JsonNode root = parse(Arrays.copyOf(body.toByteArray(), body.jsonByteCount()));
        assertThat(root.at("/parameters/binary_data_output").asBoolean()).isTrue();
        assertThat(root.at("/inputs/0/parameters/binary_data_size").asInt()).isEqualTo(24);
        assertThat(root.at("/inputs/1/parameters/binary_data_size").asInt()).isEqualTo(24);
        assertThat(root.at("/inputs/0/data").isMissingNode()).isTrue();
        assertThat(body.toByteArray()).hasSize(body.jsonByteCount() + 48);
        assertThat(body.contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void seedDecidesTheBytes() throws Exception {
        BodySource.Generated source = new BodySource.Generated(1, Map.of(), false, 2);

        List<RequestBody> one = BodyWriter.bodies(EVERY_JSON_TYPE, source, 5);
        List<RequestBody> same = BodyWriter.bodies(EVERY_JSON_TYPE, source, 5);
        List<RequestBody> other = BodyWriter.bodies(EVERY_JSON_TYPE, source, 6);

        assertThat(one.get(0).toByteArray()).isEqualTo(same.get(0).toByteArray());
        assertThat(one.get(0).toByteArray()).isNotEqualTo(one.get(1).toByteArray());
        assertThat(one.get(0).toByteArray()).isNotEqualTo(other.get(0).toByteArray());
    }

    @Test
    void givenShapeReplacesDynamicDimensions() throws Exception {
        ModelMetadata model = new ModelMetadata("m", List.of(new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1))));
        BodySource.Generated source = new BodySource.Generated(1, Map.of("ids", Shape.of(2, 32)), false, 1);

        JsonNode root = parse(BodyWriter.bodies(model, source, 1).get(0).toByteArray());

        assertThat(root.at("/inputs/0/shape").toString()).isEqualTo("[2,32]");
        assertThat(root.at("/inputs/0/data")).hasSize(64);
    }

    @Test
    void rangesOfOneRequestTakeOneLengthAndMixOverRequests() throws Exception {
        ModelMetadata model = new ModelMetadata(
                "m",
                List.of(
                        new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1)),
                        new TensorSpec("mask", DataType.INT64, Shape.of(-1, -1))));
        BodySource.Generated source = new BodySource.Generated(
                1,
                Map.of("ids", ShapePattern.parse("1,5..9"), "mask", ShapePattern.parse("1x5..9")),
                Map.of("ids", new ValueRange(1000, 1003), "mask", new ValueRange(1, 1)),
                false,
                64);
        Set<Integer> lengths = new TreeSet<>();
        Set<Long> ids = new TreeSet<>();

        for (RequestBody body : BodyWriter.bodies(model, source, 1)) {
            JsonNode root = parse(body.toByteArray());
            assertThat(root.at("/inputs/0/shape")).isEqualTo(root.at("/inputs/1/shape"));
            lengths.add(root.at("/inputs/0/shape/1").asInt());
            root.at("/inputs/0/data").forEach(id -> ids.add(id.asLong()));
            assertThat(root.at("/inputs/1/data"))
                    .allSatisfy(one -> assertThat(one.asLong()).isEqualTo(1));
        }

        assertThat(lengths).containsExactly(5, 6, 7, 8, 9);
        assertThat(ids).containsExactly(1000L, 1001L, 1002L, 1003L);
    }

    @Test
    void unsignedIntegersStayUnsigned() throws Exception {
        ModelMetadata model = new ModelMetadata("m", List.of(new TensorSpec("x", DataType.UINT8, Shape.of(100))));
        BodySource.Generated source =
                new BodySource.Generated(1, Map.of(), Map.of("x", new ValueRange(200, 255)), false, 1);

        JsonNode root = parse(BodyWriter.bodies(model, source, 1).get(0).toByteArray());

        assertThat(root.at("/inputs/0/data"))
                .allSatisfy(value -> assertThat(value.asInt()).isBetween(200, 255));
    }

    @Test
    void refusesInputsThatTheModelDoesNotHave() {
        BodySource.Generated source = new BodySource.Generated(1, Map.of("ids", Shape.of(1)), false, 1);
        ModelMetadata model = new ModelMetadata("m", List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1))));

        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> BodyWriter.bodies(model, source, 1))
                .withMessage("--shape must name an input of the model, one of [x], got 'ids'");
    }

    @Test
    void refusesWhatTheModelCannotTake() {
        ModelMetadata fixed = new ModelMetadata("m", List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))));
        ModelMetadata half = new ModelMetadata("m", List.of(new TensorSpec("h", DataType.FP16, Shape.of(1))));
        ModelMetadata huge = new ModelMetadata("m", List.of(new TensorSpec("x", DataType.FP32, Shape.of(1L << 40))));
        BodySource.Generated shaped = new BodySource.Generated(1, Map.of("x", Shape.of(1, 5)), false, 1);
        BodySource.Generated plain = new BodySource.Generated(1, Map.of(), false, 1);

        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> BodyWriter.bodies(fixed, shaped, 1))
                .withMessage("input 'x' must have the shape [-1, 4], got [1, 5]");
        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> BodyWriter.bodies(half, plain, 1))
                .withMessage("input 'h' is FP16, which has no JSON form; use --binary or --body");
        assertThatExceptionOfType(CannotMeasureException.class)
                .isThrownBy(() -> BodyWriter.bodies(huge, plain, 1))
                .withMessage("input 'x' of shape [1099511627776] must fit 268435456 bytes and have no dynamic"
                        + " dimension");
    }

    private static JsonNode parse(byte[] json) throws IOException {
        return new ObjectMapper().readTree(json);
    }
}
