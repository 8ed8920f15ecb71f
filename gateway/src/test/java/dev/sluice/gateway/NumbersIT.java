package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server changes no number: not by itself, and not because of who else is asking. */
class NumbersIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int NEIGHBOURS = 64;
    private static final List<String> EXPORTS = List.of(
            "sklearn-forest-int-labels",
            "sklearn-pipeline-string-labels",
            "sklearn-hist-gradient-boosting-missing",
            "sklearn-logistic-binary",
            "sklearn-logistic-no-zipmap",
            "lightgbm-binary",
            "lightgbm-multiclass",
            "xgboost-binary",
            "xgboost-multiclass",
            "sklearn-regressor");

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static HttpCalls calls;

    private static OnnxModelLoader inProcess;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "mlp", "cnn", "two-inputs", "mixed-inputs");
        EXPORTS.forEach(name -> TestModels.copy(repository, "exports/" + name));
        gateway = RunningGateway.start(repository);
        calls = gateway.calls();
        inProcess = new OnnxModelLoader(new TensorPool(64 << 20), 1, true);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "cnn", "two-inputs", "mixed-inputs"})
    void answersAsTheRuntimeDoesInProcess(String name) throws ModelLoadException {
        Random random = new Random(7);
        try (ServableModel model = open(name)) {
            for (int rows : new int[] {1, 3, 8}) {
                Map<String, byte[]> inputs = inputs(model, rows, random);

                assertThat(overHttp(model, name, rows, inputs))
                        .as(rows + " rows")
                        .containsExactlyEntriesOf(runInProcess(model, rows, inputs));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "cnn", "two-inputs", "mixed-inputs"})
    void answersTheSameAmongNeighbours(String name)
            throws ModelLoadException, ExecutionException, InterruptedException {
        Random random = new Random(11);
        ExecutorService clients = Executors.newFixedThreadPool(NEIGHBOURS);
        try (ServableModel model = open(name)) {
            List<Map<String, byte[]>> rows = new ArrayList<>();
            List<Callable<Map<String, Object>>> requests = new ArrayList<>();
            for (int i = 0; i < NEIGHBOURS; i++) {
                Map<String, byte[]> inputs = inputs(model, 1, random);
                rows.add(inputs);
                requests.add(() -> overHttp(model, name, 1, inputs));
            }

            List<Future<Map<String, Object>>> answers = clients.invokeAll(requests);

            for (int i = 0; i < NEIGHBOURS; i++) {
                assertThat(answers.get(i).get())
                        .as("row " + i)
                        .containsExactlyEntriesOf(runInProcess(model, 1, rows.get(i)));
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static ServableModel open(String name) throws ModelLoadException {
        Path file = TestModels.folder(name).resolve("1").resolve("model.onnx");
        return inProcess.load(new ModelKey(name, 1), file, RuntimeOptions.DEFAULT);
    }

    /** Random bytes that are values of each input's datatype, by input. */
    private static Map<String, byte[]> inputs(ServableModel model, int rows, Random random) {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : model.signature().inputs()) {
            int count = (int) spec.shape().withFirst(rows).elementCount();
            inputs.put(spec.name(), values(spec.dataType(), count, random));
        }
        return inputs;
    }

    private static byte[] values(DataType type, int count, Random random) {
        switch (type) {
            case FP32 -> {
                float[] floats = new float[count];
                for (int i = 0; i < count; i++) {
                    floats[i] = (float) random.nextGaussian();
                }
                return LittleEndian.floats(floats);
            }
            case INT64 -> {
                return LittleEndian.longs(random.longs(count, 0, 1000).toArray());
            }
            case BOOL -> {
                return LittleEndian.bytes(random.ints(count, 0, 2).toArray());
            }
            case BYTES -> {
                String[] texts = new String[count];
                for (int i = 0; i < count; i++) {
                    texts[i] = "Zürich 🦀 ".repeat(random.nextInt(3)) + random.nextInt();
                }
                return LittleEndian.texts(texts);
            }
            default -> throw new IllegalArgumentException("no values of " + type);
        }
    }

    private static Map<String, Object> runInProcess(ServableModel model, int rows, Map<String, byte[]> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorSpec spec : model.signature().inputs()) {
            byte[] bytes = bytesOf(inputs, spec.name());
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            Shape shape = spec.shape().withFirst(rows);
            tensors.add(new Tensor(spec.name(), spec.dataType(), shape, memory));
        }
        TensorSet outputs = model.run(tensors, outputNames(model));
        try {
            Map<String, Object> bytes = new LinkedHashMap<>();
            for (Tensor output : outputs.tensors()) {
                byte[] copy = new byte[output.byteSize()];
                output.data().get(copy);
                bytes.put(output.name() + output.shape(), ByteBuffer.wrap(copy));
            }
            return bytes;
        } finally {
            outputs.release();
        }
    }

    private static Map<String, Object> overHttp(
            ServableModel model, String name, int rows, Map<String, byte[]> inputs) {
        InferBody body = new InferBody().binaryOutputs();
        for (TensorSpec spec : model.signature().inputs()) {
            String shape = spec.shape().withFirst(rows).toString();
            body.binary(spec.name(), spec.dataType().name(), shape, bytesOf(inputs, spec.name()));
        }
        InferAnswer answer = InferAnswer.of(body.postTo(calls, name));
        Map<String, Object> bytes = new LinkedHashMap<>();
        for (String output : outputNames(model)) {
            String shape = answer.output(output).get("shape").toString().replace(",", ", ");
            bytes.put(output + shape, ByteBuffer.wrap(answer.bytes(output)));
        }
        return bytes;
    }

    private static byte[] bytesOf(Map<String, byte[]> inputs, String name) {
        byte[] bytes = inputs.get(name);
        assertThat(bytes).as(name).isNotNull();
        return bytes == null ? new byte[0] : bytes;
    }

    private static List<String> outputNames(ServableModel model) {
        return model.signature().outputs().stream().map(TensorSpec::name).toList();
    }

    static List<String> exports() {
        return EXPORTS;
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("exports")
    void answersAsTheLibraryThatTrainedTheModel(String name) throws IOException {
        JsonNode expected = MAPPER.readTree(
                TestModels.folder("exports/" + name).resolve("expected.json").toFile());
        JsonNode rows = expected.get("rows");
        String shape = "[" + rows.size() + "," + rows.get(0).size() + "]";

        InferAnswer answer = InferAnswer.of(new InferBody()
                .json(expected.get("input_name").asText(), "FP32", shape, rows.toString())
                .postTo(calls, name));

        if (expected.has("values")) {
            assertClose(answer.output("variable").get("data"), expected.get("values"), true);
            return;
        }
        boolean skl = answer.json().get("outputs").get(0).get("name").asText().startsWith("output_");
        JsonNode probabilities = answer.output(skl ? "output_probability" : "probabilities");
        assertThat(probabilities.get("shape").toString())
                .isEqualTo("[" + rows.size() + "," + expected.get("classes").size() + "]");
        assertClose(probabilities.get("data"), expected.get("probabilities"), false);
        assertThat(answer.output(skl ? "output_label" : "label").get("data")).isEqualTo(expected.get("labels"));
    }

    /** Compares flat numbers with numbers that may be nested. */
    private static void assertClose(JsonNode actual, JsonNode expected, boolean relative) {
        List<Double> wanted = new ArrayList<>();
        flatten(expected, wanted);
        assertThat(actual).hasSize(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            double tolerance = relative ? 1e-6 * Math.abs(wanted.get(i)) : 1e-6;
            assertThat(actual.get(i).asDouble())
                    .as("element " + i)
                    .isCloseTo(wanted.get(i), org.assertj.core.api.Assertions.within(tolerance));
        }
    }

    private static void flatten(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, into));
        } else {
            into.add(node.asDouble());
        }
    }
}
