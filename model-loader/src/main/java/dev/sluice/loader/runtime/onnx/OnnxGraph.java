package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph as it will be served: tensors in, tensors out, and the labels of outputs that are classes.
 *
 * <p>Threading: immutable.
 *
 * @param inputs that a request must bring: those without a default value
 * @param outputs in the file's order; a ZipMap's output is the tensor that goes into it
 * @param labels output name → class labels
 * @param zipMaps output name of each ZipMap that must be taken out → name of its input
 * @param computed names of the outputs that a node computes at every run: not inputs, initializers and constants
 */
record OnnxGraph(
        List<GraphTensor> inputs,
        List<GraphTensor> outputs,
        Map<String, List<String>> labels,
        Map<String, String> zipMaps,
        Set<String> computed) {
    private static final String STEP = "graph";

    /**
     * Reads a model's inputs and outputs.
     *
     * @throws ModelLoadException step {@code graph}, when an input or output is not a tensor that the protocol can express
     */
    static OnnxGraph of(ModelProto model) throws ModelLoadException {
        GraphProto graph = model.getGraph();
        ClassLabels classLabels = ClassLabels.of(graph);
        Map<String, String> zipMaps = zipMaps(graph);
        List<GraphTensor> inputs = inputs(graph);
        List<GraphTensor> outputs = new ArrayList<>();
        Map<String, List<String>> labels = new HashMap<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            String source = zipMaps.get(output.getName());
            List<String> found = classLabels.of(source == null ? output.getName() : source);
            GraphTensor tensor =
                    source == null ? tensor("output", output) : underZipMap(graph, output.getName(), source, found);
            outputs.add(tensor);
            if (!found.isEmpty() && describesColumns(found, tensor)) {
                labels.put(output.getName(), found);
            }
        }
        return new OnnxGraph(
                List.copyOf(inputs),
                List.copyOf(outputs),
                Map.copyOf(labels),
                Map.copyOf(zipMaps),
                Set.copyOf(computed(graph)));
    }

    private static Set<String> computed(GraphProto graph) {
        Set<String> outputs = new HashSet<>();
        graph.getOutputList().forEach(output -> outputs.add(output.getName()));
        Set<String> computed = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (!node.getOpType().equals("Constant")) {
                node.getOutputList().stream().filter(outputs::contains).forEach(computed::add);
            }
        }
        // A valid file has no name twice; whatever an invalid one means, nothing is allocated ahead for it.
        graph.getInputList().forEach(input -> computed.remove(input.getName()));
        graph.getInitializerList().forEach(initializer -> computed.remove(initializer.getName()));
        return computed;
    }

    /** ZipMaps whose maps leave the graph; no operator can take a map, so nothing else reads them. */
    private static Map<String, String> zipMaps(GraphProto graph) {
        Set<String> outputs = new HashSet<>();
        graph.getOutputList().forEach(output -> outputs.add(output.getName()));
        Map<String, String> zipMaps = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            if (isZipMap(node) && outputs.contains(node.getOutput(0))) {
                zipMaps.put(node.getOutput(0), node.getInput(0));
            }
        }
        return zipMaps;
    }

    static boolean isZipMap(NodeProto node) {
        return node.getOpType().equals("ZipMap")
                && node.getDomain().equals(ClassLabels.ML_DOMAIN)
                && node.getInputCount() == 1
                && node.getOutputCount() == 1;
    }

    private static List<GraphTensor> inputs(GraphProto graph) throws ModelLoadException {
        Set<String> withDefault = new HashSet<>();
        graph.getInitializerList().forEach(initializer -> withDefault.add(initializer.getName()));
        graph.getSparseInitializerList()
                .forEach(initializer -> withDefault.add(initializer.getValues().getName()));
        List<GraphTensor> inputs = new ArrayList<>();
        for (ValueInfoProto input : graph.getInputList()) {
            if (withDefault.contains(input.getName())) {
                continue;
            }
            GraphTensor tensor = tensor("input", input);
            if (!tensor.rankKnown()) {
                throw new ModelLoadException(
                        STEP,
                        "input '" + input.getName()
                                + "' declares no shape; requests can be checked only against a number of dimensions");
            }
            inputs.add(tensor);
        }
        return inputs;
    }

    private static GraphTensor tensor(String kind, ValueInfoProto value) throws ModelLoadException {
        TypeProto type = value.getType();
        if (!type.hasTensorType()) {
            throw new ModelLoadException(
                    STEP, kind + " '" + value.getName() + "' is " + describe(type) + "; only tensors can be served");
        }
        DataType dataType = ElementTypes.fromFile(type.getTensorType().getElemType());
        if (dataType == null) {
            throw new ModelLoadException(
                    STEP,
                    kind + " '" + value.getName() + "' is " + describe(type)
                            + "; the Open Inference Protocol has no such element type");
        }
        return type.getTensorType().hasShape()
                ? GraphTensor.of(value.getName(), dataType, type.getTensorType().getShape())
                : GraphTensor.ofUnknownRank(value.getName(), dataType);
    }

    /** The tensor that goes into a ZipMap; by the operator's definition FP32 [rows, classes]. */
    private static GraphTensor underZipMap(GraphProto graph, String output, String source, List<String> labels) {
        ValueInfoProto declared = find(graph.getValueInfoList(), source);
        if (declared == null) {
            declared = find(graph.getOutputList(), source);
        }
        if (declared != null && declared.getType().getTensorType().hasShape()) {
            return GraphTensor.of(
                    output, DataType.FP32, declared.getType().getTensorType().getShape());
        }
        long columns = labels.isEmpty() ? Shape.DYNAMIC : labels.size();
        return GraphTensor.unnamed(output, DataType.FP32, Shape.of(Shape.DYNAMIC, columns));
    }

    private static @Nullable ValueInfoProto find(List<ValueInfoProto> values, String name) {
        for (ValueInfoProto value : values) {
            if (value.getName().equals(name)) {
                return value;
            }
        }
        return null;
    }

    private static boolean describesColumns(List<String> labels, GraphTensor tensor) {
        if (!tensor.rankKnown() || tensor.shape().rank() == 0) {
            return false;
        }
        long columns = tensor.shape().dimension(tensor.shape().rank() - 1);
        return columns == Shape.DYNAMIC || columns == labels.size();
    }

    private static String describe(TypeProto type) {
        return switch (type.getValueCase()) {
            case TENSOR_TYPE ->
                "tensor(" + ElementTypes.fileName(type.getTensorType().getElemType()) + ")";
            case SPARSE_TENSOR_TYPE ->
                "sparse_tensor("
                        + ElementTypes.fileName(type.getSparseTensorType().getElemType()) + ")";
            case SEQUENCE_TYPE -> "sequence(" + describe(type.getSequenceType().getElemType()) + ")";
            case MAP_TYPE ->
                "map(" + ElementTypes.fileName(type.getMapType().getKeyType()) + ", "
                        + describe(type.getMapType().getValueType()) + ")";
            case OPTIONAL_TYPE -> "optional(" + describe(type.getOptionalType().getElemType()) + ")";
            case OPAQUE_TYPE -> "opaque";
            case VALUE_NOT_SET -> "of no declared type";
        };
    }
}
