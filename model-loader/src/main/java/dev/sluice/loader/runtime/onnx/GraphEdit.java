package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The changes that make a model fit to be served, in memory.
 *
 * <p>Threading: stateless.
 */
final class GraphEdit {
    /** Has Identity for every type, and is older than any default opset that a model with ZipMap may lack. */
    private static final long IDENTITY_OPSET = 9;

    private GraphEdit() {}

    /**
     * The whole model, changed.
     *
     * @return null where nothing must be changed: then the runtime opens the file itself
     * @throws ModelLoadException step {@code read}, if that takes more heap than it may, or the file cannot be read
     */
    static byte @Nullable [] edited(OnnxFile file, OnnxGraph graph, SafetyLimits limits) throws ModelLoadException {
        boolean hasZipMaps = !graph.zipMaps().isEmpty();
        boolean hasConstants = ModifiedUtf8Constants.needsRewriting(file.outline());
        if (!hasZipMaps && !hasConstants) {
            return null;
        }
        requireHeap(file, limits, hasZipMaps);
        ModelProto.Builder model = file.parseAll().toBuilder();
        if (hasZipMaps) {
            removeZipMaps(model, graph);
        }
        if (hasConstants) {
            ModifiedUtf8Constants.rewrite(model);
        }
        return model.build().toByteArray();
    }

    /** Weights are on the heap once parsed, and twice as bytes: while they are put together from pieces, and written again. */
    private static void requireHeap(OnnxFile file, SafetyLimits limits, boolean hasZipMaps) throws ModelLoadException {
        long needed = 2 * file.size() + file.parsedWeightBytes();
        if (needed > limits.heapBytesMax()) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    Shown.quoted(file.path()) + " has " + file.size() + " bytes and must be changed in memory, because "
                            + (hasZipMaps
                                    ? "it ends in a ZipMap"
                                    : "it has text constants with U+0000 or characters beyond U+FFFF")
                            + ": that takes " + needed + " bytes of heap, and may take " + limits.heapBytesMax()
                            + ", a quarter of what this process has (-Xmx); "
                            + (hasZipMaps ? "export it without ZipMap, " : "")
                            + "store its weights as external data, or give the process more heap");
        }
    }

    /**
     * Takes the ZipMaps out: each becomes an Identity from its input to the output of the same name, so the output is the
     * tensor of class scores. The runtime removes such an Identity again where it can.
     *
     * @param graph the model's graph as {@link OnnxGraph} read it
     */
    private static void removeZipMaps(ModelProto.Builder model, OnnxGraph graph) {
        GraphProto.Builder edited = model.getGraphBuilder();
        for (int i = 0; i < edited.getNodeCount(); i++) {
            NodeProto node = edited.getNode(i);
            if (OnnxGraph.isZipMap(node) && graph.zipMaps().containsKey(node.getOutput(0))) {
                edited.setNode(
                        i,
                        NodeProto.newBuilder()
                                .setName(node.getName())
                                .setOpType("Identity")
                                .addInput(node.getInput(0))
                                .addOutput(node.getOutput(0)));
            }
        }
        for (int i = 0; i < edited.getOutputCount(); i++) {
            ValueInfoProto output = edited.getOutput(i);
            if (graph.zipMaps().containsKey(output.getName())) {
                edited.setOutput(
                        i, output.toBuilder().setType(type(graph.outputs().get(i))));
            }
        }
        boolean hasDefaultOpset = model.getOpsetImportList().stream()
                .anyMatch(opset ->
                        opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx"));
        if (!hasDefaultOpset) {
            model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(IDENTITY_OPSET));
        }
    }

    private static TypeProto.Builder type(GraphTensor tensor) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int i = 0; i < tensor.shape().rank(); i++) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (tensor.shape().dimension(i) != Shape.DYNAMIC) {
                dimension.setDimValue(tensor.shape().dimension(i));
            } else if (!tensor.symbols().get(i).isEmpty()) {
                dimension.setDimParam(tensor.symbols().get(i));
            }
        }
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape));
    }
}
