package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sluice.loader.runtime.ModelLoadException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything in a model that claims a size or names a file, wherever it is: initializers, sparse ones, attributes of nodes,
 * graphs inside nodes, functions, training.
 *
 * <p>Threading: confined to one thread.
 */
final class ModelClaims {
    /** A node that holds what a device's compiler made, or the name of a file with it. */
    private static final String COMPILED = "EPContext";

    private static final String COMPILED_CONTENT = "ep_cache_context";
    private static final String COMPILED_EMBEDDED = "embed_mode";

    /** The model that TensorRT takes the weights from when they are not in its engine. */
    private static final String COMPILED_FROM = "onnx_model_filename";

    private final String name;
    private final SafetyLimits limits;
    private final ExternalFiles files;
    private final TensorClaims tensors;
    private long denseBytes;

    /**
     * @param name of the model file, quoted
     */
    ModelClaims(String name, SafetyLimits limits, ExternalFiles files) {
        this.name = name;
        this.limits = limits;
        this.files = files;
        this.tensors = new TensorClaims(name, files);
    }

    /** Bytes that the weights in other files, and sparse ones made dense, take in memory. */
    long moreBytes() {
        return Math.max(files.totalSize(), tensors.externalBytes()) + denseBytes;
    }

    /**
     * Checks a model.
     *
     * @param outline as {@link OutlineReader} reads it
     * @throws ModelLoadException step {@code read}
     */
    void check(ModelProto outline) throws ModelLoadException {
        GraphProto graph = outline.getGraph();
        for (ValueInfoProto input : graph.getInputList()) {
            checkName("input", input.getName());
            checkShape(input);
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            // Its shape is a hint at most: some exporters declare nonsense.
            checkName("output", output.getName());
        }
        for (TensorProto initializer : graph.getInitializerList()) {
            tensors.check(Where.top("initializer", initializer.getName()), initializer, LeftOut.of(initializer));
        }
        for (SparseTensorProto initializer : graph.getSparseInitializerList()) {
            check(Where.top("sparse initializer", initializer.getValues().getName()), initializer);
        }
        for (NodeProto node : graph.getNodeList()) {
            check(where(null, node), node);
        }
        for (FunctionProto function : outline.getFunctionsList()) {
            Where where = Where.top("function", function.getName());
            for (NodeProto node : function.getNodeList()) {
                check(where(where, node), node);
            }
            for (AttributeProto attribute : function.getAttributeProtoList()) {
                check(where.in("attribute", attribute.getName()), attribute);
            }
        }
        for (TrainingInfoProto training : outline.getTrainingInfoList()) {
            check(Where.top("training graph", training.getInitialization().getName()), training.getInitialization());
            check(Where.top("training graph", training.getAlgorithm().getName()), training.getAlgorithm());
        }
    }

    private static Where where(@Nullable Where parent, NodeProto node) {
        return new Where(parent, node.getOpType().length() > 64 ? "node" : node.getOpType() + " node", node.getName());
    }

    private void check(Where where, GraphProto graph) throws ModelLoadException {
        for (TensorProto initializer : graph.getInitializerList()) {
            tensors.check(where.in("initializer", initializer.getName()), initializer, LeftOut.NOTHING);
        }
        for (SparseTensorProto initializer : graph.getSparseInitializerList()) {
            check(where.in("sparse initializer", initializer.getValues().getName()), initializer);
        }
        for (NodeProto node : graph.getNodeList()) {
            check(where(where, node), node);
        }
    }

    private void check(Where where, NodeProto node) throws ModelLoadException {
        for (AttributeProto attribute : node.getAttributeList()) {
            check(where.in("attribute", attribute.getName()), attribute);
        }
        if (node.getOpType().equals(COMPILED)) {
            checkCompiled(node);
        }
    }

    private void check(Where where, AttributeProto attribute) throws ModelLoadException {
        if (attribute.hasT()) {
            tensors.check(where, attribute.getT(), LeftOut.NOTHING);
        }
        for (TensorProto tensor : attribute.getTensorsList()) {
            tensors.check(where, tensor, LeftOut.NOTHING);
        }
        if (attribute.hasSparseTensor()) {
            check(where, attribute.getSparseTensor());
        }
        for (SparseTensorProto tensor : attribute.getSparseTensorsList()) {
            check(where, tensor);
        }
        if (attribute.hasG()) {
            check(where.in("graph", attribute.getG().getName()), attribute.getG());
        }
        for (GraphProto graph : attribute.getGraphsList()) {
            check(where.in("graph", graph.getName()), graph);
        }
    }

    private void check(Where where, SparseTensorProto sparse) throws ModelLoadException {
        tensors.check(where, sparse.getValues(), LeftOut.NOTHING);
        tensors.check(where.in("indices", sparse.getIndices().getName()), sparse.getIndices(), LeftOut.NOTHING);
        long elements = tensors.elements(where, sparse.getDimsList());
        int bits = Math.max(8, TensorBits.of(sparse.getValues().getDataType()));
        boolean fits = elements <= limits.denseBytesMax() / (bits / 8);
        denseBytes += fits ? elements * (bits / 8) : 0;
        if (!fits || denseBytes > limits.denseBytesMax()) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    name + ": " + where + " has " + elements
                            + " elements once it is dense; all sparse tensors together may take "
                            + limits.denseBytesMax() + " bytes");
        }
    }

    /** The file that a compiled node names is held to the same rule as weights are. */
    private void checkCompiled(NodeProto node) throws ModelLoadException {
        boolean embedded = node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(COMPILED_EMBEDDED))
                .allMatch(attribute -> attribute.getI() == 1);
        for (AttributeProto attribute : node.getAttributeList()) {
            boolean namesFile = attribute.getName().equals(COMPILED_FROM)
                    || (attribute.getName().equals(COMPILED_CONTENT) && !embedded);
            if (namesFile && !attribute.getS().isEmpty()) {
                files.size(attribute.getS().toStringUtf8());
            }
        }
    }

    private void checkName(String kind, String tensor) throws ModelLoadException {
        if (tensor.length() > SafetyLimits.NAME_CHARS_MAX) {
            throw refused(
                    Where.top(kind, tensor),
                    "has a name of " + tensor.length() + " characters, at most " + SafetyLimits.NAME_CHARS_MAX
                            + " are allowed");
        }
        if (tensor.chars().anyMatch(Character::isISOControl)) {
            throw refused(Where.top(kind, tensor), "has a control character in its name");
        }
    }

    /** A tensor that no request could bring would still be made for probing. */
    private void checkShape(ValueInfoProto input) throws ModelLoadException {
        List<TensorShapeProto.Dimension> dimensions =
                input.getType().getTensorType().getShape().getDimList();
        long elements = 1;
        for (TensorShapeProto.Dimension dimension : dimensions) {
            // Exporters write 0 or less for what varies.
            long length = Math.max(1, dimension.getDimValue());
            if (length > Integer.MAX_VALUE / elements) {
                throw refused(
                        Where.top("input", input.getName()),
                        "declares more than " + Integer.MAX_VALUE + " elements: "
                                + dimensions.stream()
                                        .limit(8)
                                        .map(each -> each.hasDimValue() ? Long.toString(each.getDimValue()) : "?")
                                        .toList());
            }
            elements *= length;
        }
    }

    private ModelLoadException refused(Where where, String what) {
        return new ModelLoadException(OnnxFile.STEP, name + ": " + where + " " + what);
    }
}
