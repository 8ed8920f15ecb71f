package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelKey;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxModelLoaderTest {
    private static final TestModels MODELS = new TestModels();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broken-empty | read | 'model.onnx' is empty (0 bytes)",
                "broken-text | read | 'model.onnx' (40 bytes) is not an ONNX model",
                "broken-truncated | read | 'model.onnx' is cut off: its graph takes 22089 bytes, only 11034 of the file's 11060 bytes are left",
                "no-such-model | read | 'model.onnx' cannot be read: there is no such file",
                "sequence-output | graph | output 'rows' is sequence(tensor(float)); only tensors can be served",
                "sequence-input | graph | input 'parts' is sequence(tensor(float)); only tensors can be served",
                "optional-input | graph | input 'extra' is optional(tensor(float)); only tensors can be served",
                "map-input | graph | input 'features' is map(string, tensor(float)); only tensors can be served",
                "broken-unknown-op | session | ONNX Runtime cannot open the model: Fatal error: com.example:Missing(-1) is not a registered function/op",
            })
    void refusesWithStepAndReason(String name, String step, String message) {
        assertRefused(TestModels.file(name), RuntimeOptions.DEFAULT, step, message);
    }

    @Test
    void refusesAnOpsetFromTheFutureOnOneLine() {
        assertThatThrownBy(() -> MODELS.load("broken-opset"))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("session"))
                .hasMessageStartingWith("ONNX Runtime cannot open the model: ONNX Runtime only *guarantees* support")
                .hasMessageContaining("Opset 99 is under development")
                .message()
                .doesNotContain("\n", "/onnxruntime_src");
    }

    @Test
    void refusesElementTypesThatTheProtocolLacks() throws IOException {
        ModelProto model = mlp();
        ModelProto.Builder edited = model.toBuilder();
        edited.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(14);

        assertRefused(
                write(edited),
                RuntimeOptions.DEFAULT,
                "graph",
                "input 'x' is tensor(complex64); the Open Inference Protocol has no such element type");
    }

    @Test
    void refusesInputsWithoutShape() throws IOException {
        ModelProto.Builder edited = mlp().toBuilder();
        edited.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();

        assertRefused(
                write(edited),
                RuntimeOptions.DEFAULT,
                "graph",
                "input 'x' declares no shape; requests can be checked only against a number of dimensions");
    }

    @Test
    void asksTheRuntimeForShapesOfOutputsThatDeclareNone() throws IOException, ModelLoadException {
        ModelProto.Builder edited = mlp().toBuilder();
        edited.getGraphBuilder()
                .getOutputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();

        try (OnnxServableModel model = MODELS.load(write(edited), RuntimeOptions.DEFAULT)) {
            assertThat(model.signature().outputs())
                    .containsExactly(new TensorSpec("probabilities", DataType.FP32, Shape.of(-1, 3)));
        }
    }

    @Test
    void leavesInputsWithDefaultsOut() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("overridable-initializer")) {
            assertThat(model.signature().inputs()).containsExactly(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)));
            assertThat(TestModels.floats(TestModels.runOnce(model, "y", TestModels.fp32("x", Shape.of(1, 2), 1, 2))))
                    .containsExactly(3f, 6f);
        }
    }

    @Test
    void readsWeightsBesideTheFile() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("external-data")) {
            assertThat(TestModels.floats(
                            TestModels.runOnce(model, "probabilities", TestModels.fp32("x", Shape.of(1, 16), row()))))
                    .hasSize(3);
        }
    }

    @Test
    void readsWeightsBesideTheFileWhenTheGraphIsEdited() throws IOException, ModelLoadException {
        Path original = TestModels.file("external-data");
        Files.copy(original.resolveSibling("model.onnx.data"), folder.resolve("model.onnx.data"));
        ModelProto.Builder edited = ModelProto.parseFrom(Files.readAllBytes(original)).toBuilder();
        Path file = write(addZipMap(edited));

        try (OnnxServableModel plain = MODELS.load(original, RuntimeOptions.DEFAULT);
                OnnxServableModel zipped = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            Tensor input = TestModels.fp32("x", Shape.of(1, 16), row());

            assertThat(zipped.signature().labels("by_class")).containsExactly("a", "b", "c");
            assertThat(TestModels.runOnce(zipped, "by_class", input).data())
                    .isEqualTo(TestModels.runOnce(plain, "probabilities", input).data());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.onnx", "model.onnx.data");
        }
    }

    @Test
    void refusesExternalDataThatAreNotBesideTheFile() throws IOException {
        Path file = Files.copy(TestModels.file("external-data"), folder.resolve("model.onnx"));

        assertRefused(
                file,
                RuntimeOptions.DEFAULT,
                "read",
                "'model.onnx' needs its external data 'model.onnx.data', which is not beside it");
    }

    @Test
    void refusesExternalDataOutsideTheFolder() throws IOException {
        ModelProto.Builder edited =
                ModelProto.parseFrom(Files.readAllBytes(TestModels.file("external-data"))).toBuilder();
        edited.getGraphBuilder()
                .getInitializerBuilderList()
                .forEach(tensor -> tensor.getExternalDataBuilderList().forEach(entry -> {
                    if (entry.getKey().equals("location")) {
                        entry.setValue("../secret");
                    }
                }));

        assertRefused(
                write(edited),
                RuntimeOptions.DEFAULT,
                "read",
                "'model.onnx' refers to external data outside its folder: '../secret'");
    }

    @Test
    void estimatesWeightsAndNodesSeparately() throws ModelLoadException {
        long inside = MODELS.loader.estimateBytes(TestModels.file("mlp")) - (16L << 20);
        long outside = MODELS.loader.estimateBytes(TestModels.file("external-data")) - (16L << 20);

        assertThat(inside).isBetween(3 * 21_000L, 4 * 22_121L);
        assertThat(outside).isEqualTo(3 * 21_772L + 6 * 698L);
    }

    @Test
    void refusesUnknownProviders() {
        assertRefused(
                TestModels.file("mlp"),
                with(Device.CPU, false, new RuntimeOptions.Provider("warp", Map.of())),
                "session",
                "provider 'warp' is unknown; known are coreml, cuda, dnnl, openvino, tensorrt, xnnpack;"
                        + " this build of ONNX Runtime has cpu");
    }

    @Test
    void refusesProvidersThatTheBuildLacks() {
        assertRefused(
                TestModels.file("mlp"),
                with(Device.CPU, false, new RuntimeOptions.Provider("openvino", Map.of())),
                "session",
                "provider 'openvino' is not in this build of ONNX Runtime, which has cpu");
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        assertRefused(
                TestModels.file("mlp"),
                with(new Device(Device.Type.CUDA, 1), false),
                "device",
                "device cuda:1 is not there: this build of ONNX Runtime has no cuda; it has cpu");
    }

    @Test
    void fallsBackToTheCpuWhereAllowed() throws ModelLoadException {
        RuntimeOptions options =
                with(new Device(Device.Type.CUDA, 0), true, new RuntimeOptions.Provider("cuda", Map.of()));

        try (OnnxServableModel model = MODELS.load("mlp", options)) {
            assertThat(model.device()).isEqualTo(Device.CPU);
        }
    }

    @Test
    void passesEveryOptionOn() throws IOException, ModelLoadException {
        Path optimized = folder.resolve("optimized.onnx");
        RuntimeOptions options = new RuntimeOptions(
                Device.CPU,
                false,
                2,
                2,
                true,
                RuntimeOptions.GraphOptimization.BASIC,
                RuntimeOptions.ExecutionMode.PARALLEL,
                true,
                true,
                true,
                List.of(),
                Map.of("session.set_denormal_as_zero", "1"),
                optimized,
                folder.resolve("profile"));

        try (OnnxServableModel model = MODELS.load("mlp", options)) {
            TestModels.runOnce(model, "probabilities", TestModels.fp32("x", Shape.of(1, 16), row()));
        }

        assertThat(optimized).exists();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("profile") && name.endsWith(".json"));
        }
    }

    @ParameterizedTest
    @CsvSource({"OFF", "BASIC", "EXTENDED", "ALL"})
    void takesEveryLevelOfOptimization(RuntimeOptions.GraphOptimization level) throws ModelLoadException {
        RuntimeOptions options = new RuntimeOptions(
                Device.CPU,
                false,
                0,
                0,
                false,
                level,
                RuntimeOptions.ExecutionMode.SEQUENTIAL,
                false,
                true,
                false,
                List.of(),
                Map.of(),
                null,
                null);

        try (OnnxServableModel model = MODELS.load("mlp", options)) {
            assertThat(TestModels.floats(
                            TestModels.runOnce(model, "probabilities", TestModels.fp32("x", Shape.of(1, 16), row()))))
                    .hasSize(3);
        }
    }

    @Test
    void refusesToChangeAModelThatTakesTooMuchHeap() throws IOException, ModelLoadException {
        ModelProto.Builder large = mlp().toBuilder();
        large.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName("unused")
                        .setDataType(TensorProto.DataType.UINT8_VALUE)
                        .addDims(1 << 20)
                        .setRawData(ByteString.copyFrom(new byte[1 << 20])));
        OnnxModelLoader small = loader(8 << 20);
        ModelKey key = new ModelKey("m", 1);

        small.load(key, write(large), RuntimeOptions.DEFAULT).close();

        ModelProto.Builder zipped = addZipMap(large);
        Path file = write(zipped);
        long size = Files.size(file);
        long weights = OnnxFile.read(file, SafetyLimits.forHeap(1 << 30)).parsedWeightBytes();
        assertThat(weights).isBetween(1L << 20, size);
        assertThatThrownBy(() -> small.load(key, file, RuntimeOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo("read"))
                .hasMessage("'model.onnx' has " + size + " bytes and must be changed in memory, because it ends in a"
                        + " ZipMap: that takes " + (2 * size + weights) + " bytes of heap, and may take 2097152, a"
                        + " quarter of what this process has (-Xmx); export it without ZipMap, store its weights as"
                        + " external data, or give the process more heap");
        loader(16 << 20).load(key, file, RuntimeOptions.DEFAULT).close();
    }

    @Test
    void countsNumbersThatGrowWhenTheyAreParsed() throws IOException {
        ModelProto.Builder model = mlp().toBuilder();
        TensorProto.Builder numbers = TensorProto.newBuilder()
                .setName("unused 😀")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(100_000);
        for (int i = 0; i < 100_000; i++) {
            numbers.addInt64Data(1); // a byte in the file, eight in memory
        }
        model.getGraphBuilder()
                .addInitializer(numbers)
                .addNode(NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput("text")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value_string")
                                .setType(AttributeProto.AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8("😀"))));
        Path file = write(model);

        assertThatThrownBy(() -> loader(4 << 20).load(new ModelKey("m", 1), file, RuntimeOptions.DEFAULT))
                .hasMessageStartingWith("'model.onnx' has " + Files.size(file) + " bytes and must be changed in memory,"
                        + " because it has text constants with U+0000 or characters beyond U+FFFF: that takes 1")
                .hasMessageEndingWith(" bytes of heap, and may take 1048576, a quarter of what this process has (-Xmx);"
                        + " store its weights as external data, or give the process more heap");
    }

    @Test
    void keepsNothingOfAnotherModelWhenALoadFails() throws ModelLoadException {
        OnnxModelLoader loader = loader(64 << 20);
        loader.estimateBytes(TestModels.file("mlp"));
        assertThat(loader.remembers()).isTrue();

        assertThatThrownBy(() ->
                        loader.load(new ModelKey("m", 1), TestModels.file("broken-truncated"), RuntimeOptions.DEFAULT))
                .isInstanceOf(ModelLoadException.class);

        assertThat(loader.remembers()).isFalse();
    }

    @Test
    void refusesToStartWithTelemetry() {
        TensorPool pool = new TensorPool(1 << 20);

        assertThatThrownBy(() -> new OnnxModelLoader(pool, 1, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ORT_DISABLE_TELEMETRY=1 must be in the environment before the JVM starts: without it"
                        + " ONNX Runtime sends usage data, and kills the process when the command line is long");
    }

    private static void assertRefused(Path file, RuntimeOptions options, String step, String message) {
        assertThatThrownBy(() -> MODELS.load(file, options))
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.step()).isEqualTo(step))
                .hasMessage(message);
    }

    private static RuntimeOptions with(Device device, boolean fallback, RuntimeOptions.Provider... providers) {
        return new RuntimeOptions(
                device,
                fallback,
                0,
                0,
                false,
                RuntimeOptions.GraphOptimization.ALL,
                RuntimeOptions.ExecutionMode.SEQUENTIAL,
                true,
                false,
                true,
                List.of(providers),
                Map.of(),
                null,
                null);
    }

    private static OnnxModelLoader loader(long heapBytes) {
        return new OnnxModelLoader(MODELS.pool, 1, true, SafetyLimits.forHeap(heapBytes));
    }

    private static float[] row() {
        float[] row = new float[16];
        for (int i = 0; i < row.length; i++) {
            row[i] = i / 8f - 1;
        }
        return row;
    }

    private static ModelProto mlp() throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(TestModels.file("mlp")));
    }

    /** Replaces the output by a ZipMap of it called {@code by_class}. */
    private static ModelProto.Builder addZipMap(ModelProto.Builder model) {
        AttributeProto.Builder labels = AttributeProto.newBuilder()
                .setName("classlabels_strings")
                .setType(AttributeProto.AttributeType.STRINGS);
        for (String label : List.of("a", "b", "c")) {
            labels.addStrings(ByteString.copyFromUtf8(label));
        }
        TypeProto.Builder scores = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1));
        TypeProto.Builder map = TypeProto.newBuilder()
                .setMapType(TypeProto.Map.newBuilder().setKeyType(8).setValueType(scores));
        String output = model.getGraph().getOutput(0).getName();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("ZipMap")
                        .setDomain("ai.onnx.ml")
                        .addInput(output)
                        .addOutput("by_class")
                        .addAttribute(labels))
                .getOutputBuilder(0)
                .setName("by_class")
                .setType(TypeProto.newBuilder()
                        .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(map)));
        return model.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1));
    }

    private Path write(ModelProto.Builder model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    }
}
