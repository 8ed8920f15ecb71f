package dev.sluice.loadtest.proof.speed.models;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes one operator of a graph.
 *
 * <p>Threading: confined to its owner.
 *
 * @see "onnx.proto, NodeProto and AttributeProto"
 */
final class OnnxNode {
    private static final int ATTRIBUTE = 5;
    private static final int TYPE = 20;

    private final ProtoMessage node = new ProtoMessage();

    /** @param domain of the operator; empty for ONNX's own */
    OnnxNode(String domain, String operator, List<String> inputs, List<String> outputs) {
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, operator + "_" + outputs.get(0)).text(4, operator).text(7, domain);
    }

    OnnxNode number(String name, long value) {
        return attribute(name, 2, new ProtoMessage().number(3, value));
    }

    OnnxNode text(String name, String value) {
        return attribute(name, 3, new ProtoMessage().text(4, value));
    }

    OnnxNode reals(String name, float... values) {
        ProtoMessage attribute = new ProtoMessage();
        for (float value : values) {
            attribute.real(7, value);
        }
        return attribute(name, 6, attribute);
    }

    OnnxNode numbers(String name, long... values) {
        ProtoMessage attribute = new ProtoMessage();
        for (long value : values) {
            attribute.number(8, value);
        }
        return attribute(name, 7, attribute);
    }

    OnnxNode texts(String name, List<String> values) {
        ProtoMessage attribute = new ProtoMessage();
        values.forEach(value -> attribute.bytes(9, value.getBytes(StandardCharsets.UTF_8)));
        return attribute(name, 8, attribute);
    }

    ProtoMessage message() {
        return node;
    }

    private OnnxNode attribute(String name, int type, ProtoMessage attribute) {
        node.message(ATTRIBUTE, attribute.text(1, name).number(TYPE, type));
        return this;
    }
}
