package dev.sluice.loadtest.proof.speed.models;

import java.util.List;

/**
 * Writes the fields of a graph: operators in the order in which they run, constants, inputs and outputs.
 *
 * <p>Threading: confined to its owner.
 *
 * @see "onnx.proto, GraphProto, TensorProto and ValueInfoProto"
 */
final class OnnxGraphParts {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    /** Stands for a dimension that the request decides. */
    static final long BATCH = -1;

    private static final int NODE = 1;
    private static final int NAME = 2;
    private static final int INITIALIZER = 5;
    private static final int INPUT = 11;
    private static final int OUTPUT = 12;

    private final ProtoMessage graph = new ProtoMessage();

    OnnxGraphParts add(OnnxNode node) {
        graph.message(NODE, node.message());
        return this;
    }

    OnnxGraphParts name(String name) {
        graph.text(NAME, name);
        return this;
    }

    OnnxGraphParts constant(String name, List<Long> shape, float... values) {
        ProtoMessage tensor = new ProtoMessage();
        shape.forEach(dimension -> tensor.number(1, dimension));
        graph.message(INITIALIZER, tensor.number(2, FLOAT).text(8, name).bytes(9, ProtoMessage.littleEndian(values)));
        return this;
    }

    /** A constant vector of integers. */
    OnnxGraphParts constant(String name, long... values) {
        ProtoMessage tensor = new ProtoMessage().number(1, values.length).number(2, INT64);
        graph.message(INITIALIZER, tensor.numbers(7, values).text(8, name));
        return this;
    }

    OnnxGraphParts input(String name, int elementType, long... shape) {
        graph.message(INPUT, tensor(name, elementType, shape));
        return this;
    }

    OnnxGraphParts output(String name, int elementType, long... shape) {
        graph.message(OUTPUT, tensor(name, elementType, shape));
        return this;
    }

    ProtoMessage message() {
        return graph;
    }

    /** A whole model file of this graph. */
    byte[] toModel() {
        return new ProtoMessage()
                .number(1, 8)
                .text(2, "sluice-load")
                .message(7, graph)
                .message(8, new ProtoMessage().text(1, "").number(2, 17))
                .message(8, new ProtoMessage().text(1, "ai.onnx.ml").number(2, 3))
                .toByteArray();
    }

    private static ProtoMessage tensor(String name, int elementType, long... dimensions) {
        ProtoMessage shape = new ProtoMessage();
        for (long dimension : dimensions) {
            ProtoMessage part = new ProtoMessage();
            shape.message(1, dimension == BATCH ? part.text(2, "batch") : part.number(1, dimension));
        }
        ProtoMessage type = new ProtoMessage().number(1, elementType).message(2, shape);
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, type));
    }
}
