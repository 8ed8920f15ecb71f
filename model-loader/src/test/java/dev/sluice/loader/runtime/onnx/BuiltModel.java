package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small model that a test puts together.
 *
 * <p>Threading: confined to one thread.
 */
final class BuiltModel {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");

    /** Adds an input; a dimension is a number or a symbol. */
    BuiltModel input(String name, int type, String... dimensions) {
        graph.addInput(value(name, type, dimensions));
        return this;
    }

    /** Adds an output; a dimension is a number or a symbol. */
    BuiltModel output(String name, int type, String... dimensions) {
        graph.addOutput(value(name, type, dimensions));
        return this;
    }

    /** Adds a node of the default domain with one input and one output. */
    BuiltModel node(String operator, String input, String output) {
        return node(NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output));
    }

    BuiltModel node(NodeProto.Builder node) {
        graph.addNode(node);
        return this;
    }

    BuiltModel initializer(TensorProto.Builder tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** FP32 values of one dimension. */
    static TensorProto.Builder floats(String name, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(values.length);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor;
    }

    ModelProto proto() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build();
    }

    /** Writes the model and returns where it is. */
    Path in(Path folder) throws IOException {
        return Files.write(folder.resolve("model.onnx"), proto().toByteArray());
    }

    private static ValueInfoProto value(String name, int type, String... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dimension : dimensions) {
            if (Character.isDigit(dimension.charAt(0))) {
                shape.addDimBuilder().setDimValue(Long.parseLong(dimension));
            } else {
                shape.addDimBuilder().setDimParam(dimension);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }
}
