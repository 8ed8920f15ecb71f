package dev.sluice.loader.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTensorsTest {
    private static final TestModels MODELS = new TestModels();

    @TempDir
    Path folder;

    @Test
    void returnsEveryCharacterUnchanged() throws ModelLoadException {
        String[] texts = {"", "a", "naïve", "漢字", "😀 smile", "x\0y", "👩‍🔬", "\uFFFF", "a".repeat(5000)};
        Tensor input = TestModels.text("x", Shape.of(3, 3), texts);

        try (OnnxServableModel model = MODELS.load("identity-string")) {
            Tensor output = TestModels.runOnce(model, "y", input);

            assertThat(output.dataType()).isEqualTo(DataType.BYTES);
            assertThat(output.shape()).isEqualTo(Shape.of(3, 3));
            assertThat(TestModels.texts(output)).containsExactly(texts);
        }
    }

    @Test
    void runsWithoutAnyElement() throws ModelLoadException {
        try (OnnxServableModel model = MODELS.load("identity-string")) {
            Tensor output = TestModels.runOnce(model, "y", TestModels.text("x", Shape.of(0, 2)));

            assertThat(output.shape()).isEqualTo(Shape.of(0, 2));
            assertThat(output.byteSize()).isZero();
        }
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws ModelLoadException {
        Tensor input = TestModels.bytes("x", Shape.of(1, 2), new byte[] {'a'}, new byte[] {(byte) 0xFF, 'b'});

        try (OnnxServableModel model = MODELS.load("identity-string")) {
            assertInvalid(model, input, "input 'x': element 1 is not UTF-8 text");
        }
    }

    @Test
    void refusesElementsThatDoNotFitTheShape() throws ModelLoadException {
        Tensor few = TestModels.text("x", Shape.of(1, 2), "a");
        Tensor many = TestModels.text("x", Shape.of(1, 1), "a", "b");
        Tensor cut = new Tensor(
                "x",
                DataType.BYTES,
                Shape.of(1, 1),
                TestModels.direct(6).putInt(9).position(0));

        try (OnnxServableModel model = MODELS.load("identity-string")) {
            assertInvalid(model, few, "input 'x': shape [1, 2] takes 2 elements, got 1");
            assertInvalid(model, many, "input 'x': shape [1, 1] takes 1 elements, but 5 bytes follow them");
            assertInvalid(model, cut, "input 'x': element 0 should have 9 bytes, only 2 are left");
        }
    }

    @Test
    void findsCategoriesWithCharactersBeyondTheBasicPlane() throws IOException, ModelLoadException {
        Path file = write(NodeProto.newBuilder()
                .setOpType("LabelEncoder")
                .setDomain("ai.onnx.ml")
                .addInput("x")
                .addOutput("y")
                .addAttribute(strings("keys_strings", "😀", "a\0b", "plain"))
                .addAttribute(strings("values_strings", "happy 🎉", "with\0nul", "ok"))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("default_string")
                        .setType(AttributeProto.AttributeType.STRING)
                        .setS(ByteString.copyFromUtf8("unknown 🤷"))));

        try (OnnxServableModel model = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            Tensor output = TestModels.runOnce(
                    model, "y", TestModels.text("x", Shape.of(4), "😀", "plain", "a\0b", "something else"));

            assertThat(TestModels.texts(output)).containsExactly("happy 🎉", "ok", "with\0nul", "unknown 🤷");
        }
    }

    @Test
    void returnsConstantsWithCharactersBeyondTheBasicPlane() throws IOException, ModelLoadException {
        Path file = write(
                NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput("suffix")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(TensorProto.newBuilder()
                                        .setDataType(TensorProto.DataType.STRING_VALUE)
                                        .addDims(1)
                                        .addStringData(ByteString.copyFromUtf8("🚀")))),
                NodeProto.newBuilder()
                        .setOpType("StringConcat")
                        .addInput("x")
                        .addInput("suffix")
                        .addOutput("y"));

        try (OnnxServableModel model = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            Tensor output = TestModels.runOnce(model, "y", TestModels.text("x", Shape.of(2), "go ", "🐢 "));

            assertThat(TestModels.texts(output)).containsExactly("go 🚀", "🐢 🚀");
        }
    }

    @Test
    void refusesCharactersThatTextOperatorsWouldMisread() throws IOException, ModelLoadException {
        Path file = write(NodeProto.newBuilder()
                .setOpType("StringNormalizer")
                .addInput("x")
                .addOutput("y")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("is_case_sensitive")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)));

        try (OnnxServableModel model = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            assertThat(TestModels.texts(TestModels.runOnce(model, "y", TestModels.text("x", Shape.of(1), "naïve 漢"))))
                    .containsExactly("naïve 漢");
            assertInvalid(
                    model,
                    TestModels.text("x", Shape.of(2), "a", "b 😀"),
                    "input 'x': element 1 has the character U+1F600; the text operators of this model take U+0001 to U+FFFF");
            assertInvalid(
                    model,
                    TestModels.text("x", Shape.of(1), "a\0"),
                    "input 'x': element 0 has the character U+0000; the text operators of this model take U+0001 to U+FFFF");
        }
    }

    @Test
    void returnsAScalar() throws IOException, ModelLoadException {
        Path file = new BuiltModel()
                .input("x", TensorProto.DataType.STRING_VALUE, "1")
                .node("Squeeze", "x", "y")
                .output("y", TensorProto.DataType.STRING_VALUE)
                .in(folder);

        try (OnnxServableModel model = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            Tensor output = TestModels.runOnce(model, "y", TestModels.text("x", Shape.of(1), "Kraków 😀"));

            assertThat(output.shape()).isEqualTo(Shape.of());
            assertThat(TestModels.texts(output)).containsExactly("Kraków 😀");
        }
    }

    @Test
    void takesAScalar() throws IOException, ModelLoadException {
        Path file = new BuiltModel()
                .input("x", TensorProto.DataType.STRING_VALUE)
                .node("Identity", "x", "y")
                .output("y", TensorProto.DataType.STRING_VALUE)
                .in(folder);

        try (OnnxServableModel model = MODELS.load(file, RuntimeOptions.DEFAULT)) {
            Tensor output = TestModels.runOnce(model, "y", TestModels.text("x", Shape.of(), "alone"));

            assertThat(TestModels.texts(output)).containsExactly("alone");
        }
    }

    @Test
    void leavesConstantsAloneThatAreNoTextOrBelongToOthers() {
        ByteString blob = ByteString.copyFrom(new byte[] {8, 0, (byte) 0xFF, (byte) 0xF0, 1});
        ByteString textLike = ByteString.copyFrom(new byte[] {8, 0, 1, 'a'});
        ModelProto model = new BuiltModel()
                .node(holding("Constant", "", blob))
                .node(holding("EPContext", "com.microsoft", textLike))
                .node(holding("SentencepieceTokenizer", "ai.onnx.contrib", textLike))
                .initializer(TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(TensorProto.DataType.STRING_VALUE)
                        .addDims(1)
                        .addStringData(blob))
                .proto();
        ModelProto.Builder edited = model.toBuilder();

        assertThat(ModifiedUtf8Constants.needsRewriting(model)).isFalse();
        assertThat(ModifiedUtf8Constants.rewrite(edited)).isFalse();
        assertThat(edited.build()).isEqualTo(model);
        assertThat(ModifiedUtf8Constants.rewrite(
                        new BuiltModel().node(holding("Constant", "", textLike)).proto().toBuilder()))
                .isTrue();
    }

    @Test
    void findsConstantsWhereverTheyAreBeforeItChangesAny() {
        NodeProto held = holding("Constant", "", ByteString.copyFromUtf8("🚀")).build();
        GraphProto graph = GraphProto.newBuilder().addNode(held).build();
        TensorProto tensor = TensorProto.newBuilder()
                .addStringData(ByteString.copyFromUtf8("plain"))
                .addStringData(ByteString.copyFromUtf8("🚀"))
                .build();
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName("a");
        List<ModelProto.Builder> models = List.of(
                new BuiltModel().node(held.toBuilder()).proto().toBuilder(),
                new BuiltModel().initializer(tensor.toBuilder()).proto().toBuilder(),
                of(attribute.clone().addStrings(ByteString.copyFromUtf8("🚀"))),
                of(attribute.clone().setT(tensor)),
                of(attribute.clone().addTensors(tensor)),
                of(attribute.clone().setG(graph)),
                of(attribute.clone().addGraphs(graph)),
                ModelProto.newBuilder().addFunctions(FunctionProto.newBuilder().addNode(held)));

        assertThat(models).allSatisfy(model -> {
            ModelProto before = model.build();

            assertThat(ModifiedUtf8Constants.needsRewriting(before)).isTrue();
            assertThat(ModifiedUtf8Constants.rewrite(model)).isTrue();
            assertThat(ModifiedUtf8Constants.needsRewriting(model.build())).isFalse();
            assertThat(model.build()).isNotEqualTo(before);
        });
    }

    private static ModelProto.Builder of(AttributeProto.Builder attribute) {
        NodeProto.Builder plain = NodeProto.newBuilder().setOpType("Identity");
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("If").addAttribute(attribute);
        return new BuiltModel().node(plain).node(node).proto().toBuilder();
    }

    private static NodeProto.Builder holding(String operator, String domain, ByteString value) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setDomain(domain)
                .addOutput("held")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value_string")
                        .setType(AttributeProto.AttributeType.STRING)
                        .setS(value));
    }

    private static void assertInvalid(OnnxServableModel model, Tensor input, String message) {
        assertThatThrownBy(() -> TestModels.runOnce(model, "y", input))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessage(message);
        assertThat(MODELS.pool.bytesInUse()).isZero();
    }

    /** A model of text [n] → text [n]. */
    private Path write(NodeProto.Builder... nodes) throws IOException {
        TypeProto.Builder text = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.STRING_VALUE)
                        .setShape(TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"))));
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("text")
                .addInput(ValueInfoProto.newBuilder().setName("x").setType(text))
                .addOutput(ValueInfoProto.newBuilder().setName("y").setType(text));
        for (NodeProto.Builder node : nodes) {
            graph.addNode(node);
        }
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(20))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(2))
                .setGraph(graph)
                .build();
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    private static AttributeProto.Builder strings(String name, String... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
        for (String value : values) {
            attribute.addStrings(ByteString.copyFromUtf8(value));
        }
        return attribute;
    }
}
