package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;

/** Model files that say more than they hold; each would do without it. */
final class HostileModels {
    private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
    private static final int INT64 = TensorProto.DataType.INT64_VALUE;

    private HostileModels() {}

    /** Adds the weights {@code w} to {@code x}. */
    static ModelProto with(TensorProto.Builder weights) {
        return adding().initializer(weights).proto();
    }

    private static BuiltModel adding() {
        return new BuiltModel()
                .input("x", FLOAT, "rows", "4")
                .output("y", FLOAT, "rows", "4")
                .node(NodeProto.newBuilder()
                        .setOpType("Add")
                        .addInput("x")
                        .addInput("w")
                        .addOutput("y"));
    }

    /** Good weights: four floats. */
    static TensorProto.Builder weights() {
        return TensorProto.newBuilder()
                .setName("w")
                .setDataType(FLOAT)
                .addDims(4)
                .setRawData(ByteString.copyFrom(new byte[16]));
    }

    /** Weights of these dimensions with the bytes of four floats. */
    static TensorProto.Builder claiming(long... dimensions) {
        TensorProto.Builder weights = weights().clearDims();
        for (long dimension : dimensions) {
            weights.addDims(dimension);
        }
        return weights;
    }

    /** Four floats in another file, at byte 0. */
    static TensorProto.Builder external(String location) {
        return external("location", location);
    }

    /** Four floats in another file, described by these keys and values. */
    static TensorProto.Builder external(String... entries) {
        TensorProto.Builder weights = weights().clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) {
            weights.addExternalData(
                    StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
        }
        return weights;
    }

    /** A graph inside a node of a model whose own graph is good. */
    static ModelProto inSubgraph(TensorProto.Builder weights) {
        return adding().initializer(weights()).node(branching(branch(weights))).proto();
    }

    private static NodeProto.Builder branching(GraphProto branch) {
        return NodeProto.newBuilder()
                .setOpType("If")
                .setName("choice")
                .addInput("condition")
                .addOutput("z")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(branch));
    }

    private static GraphProto branch(TensorProto.Builder weights) {
        return GraphProto.newBuilder().setName("then").addInitializer(weights).build();
    }

    /** Graphs inside graphs. */
    static ModelProto nested(int depth) {
        GraphProto inner = branch(weights());
        for (int i = 0; i < depth; i++) {
            inner = GraphProto.newBuilder()
                    .setName("then")
                    .addNode(branching(inner))
                    .build();
        }
        return adding().initializer(weights()).node(branching(inner)).proto();
    }

    static ModelProto sparse(TensorProto.Builder values, long... dimensions) {
        SparseTensorProto.Builder sparse = SparseTensorProto.newBuilder()
                .setValues(values)
                .setIndices(TensorProto.newBuilder()
                        .setName("at")
                        .setDataType(INT64)
                        .addDims(4)
                        .setRawData(ByteString.copyFrom(new byte[32])));
        for (long dimension : dimensions) {
            sparse.addDims(dimension);
        }
        ModelProto.Builder model = adding().proto().toBuilder();
        model.getGraphBuilder().addSparseInitializer(sparse);
        return model.build();
    }

    static ModelProto inAttribute(TensorProto.Builder weights) {
        return adding().node(constant(weights)).proto();
    }

    private static NodeProto.Builder constant(TensorProto.Builder weights) {
        return NodeProto.newBuilder()
                .setOpType("Constant")
                .setName("constant")
                .addOutput("w")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(weights));
    }

    static ModelProto inListOfTensors(TensorProto.Builder weights) {
        return adding().initializer(weights())
                .node(NodeProto.newBuilder()
                        .setOpType("Own")
                        .setName("own")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("values")
                                .setType(AttributeProto.AttributeType.TENSORS)
                                .addTensors(weights())
                                .addTensors(weights)))
                .proto();
    }

    static ModelProto inFunction(TensorProto.Builder weights) {
        return adding().initializer(weights()).proto().toBuilder()
                .addFunctions(FunctionProto.newBuilder()
                        .setName("weights")
                        .setDomain("own")
                        .addOutput("w")
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .addNode(constant(weights)))
                .build();
    }

    /** A node made by a device's compiler, whose content is in a file. */
    static ModelProto compiled(String attribute, String file) {
        return adding().initializer(weights())
                .node(NodeProto.newBuilder()
                        .setOpType("EPContext")
                        .setDomain("com.microsoft")
                        .addOutput("z")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("embed_mode")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(0))
                        .addAttribute(AttributeProto.newBuilder()
                                .setName(attribute)
                                .setType(AttributeProto.AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8(file))))
                .proto();
    }

    static ModelProto named(String input) {
        return new BuiltModel()
                .input(input, FLOAT, "rows", "4")
                .output("y", FLOAT, "rows", "4")
                .node("Relu", input, "y")
                .proto();
    }

    static ModelProto ofWidth(String width) {
        return new BuiltModel()
                .input("x", FLOAT, "rows", width)
                .output("y", FLOAT, "rows", width)
                .node("Relu", "x", "y")
                .proto();
    }

    /** One attribute of that many small numbers, each a byte in the file. */
    static ModelProto ofNumbers(int count) {
        AttributeProto.Builder numbers =
                AttributeProto.newBuilder().setName("numbers").setType(AttributeProto.AttributeType.INTS);
        for (int i = 0; i < count; i++) {
            numbers.addInts(1);
        }
        return adding().initializer(weights())
                .node(NodeProto.newBuilder().setOpType("Own").addAttribute(numbers))
                .proto();
    }

    static ModelProto withoutOutputs() {
        return new BuiltModel().input("x", FLOAT, "rows", "4").proto();
    }
}
