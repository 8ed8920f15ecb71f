package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors of a graph hold one column a class, and what those classes are called.
 *
 * <p>Labels come from ZipMap nodes and from the classifiers of the ai.onnx.ml operators, whose second output has a column a
 * class; operators that keep columns in place are looked through.
 *
 * <p>Threading: immutable.
 */
final class ClassLabels {
    static final String ML_DOMAIN = "ai.onnx.ml";

    private static final Set<String> CLASSIFIERS =
            Set.of("TreeEnsembleClassifier", "LinearClassifier", "SVMClassifier");
    private static final Set<String> KEEP_COLUMNS = Set.of("Identity", "Cast", "Normalizer");
    private static final Set<String> LABEL_ATTRIBUTES =
            Set.of("classlabels_strings", "classlabels_int64s", "classlabels_ints");

    private final Map<String, List<String>> labels;
    private final Map<String, String> sources;

    private ClassLabels(Map<String, List<String>> labels, Map<String, String> sources) {
        this.labels = labels;
        this.sources = sources;
    }

    static ClassLabels of(GraphProto graph) {
        Map<String, List<String>> labels = new HashMap<>();
        Map<String, String> sources = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            if (node.getInputCount() == 0) {
                continue;
            }
            if (OnnxGraph.isZipMap(node)) {
                labels.putIfAbsent(node.getInput(0), labels(node));
            } else if (CLASSIFIERS.contains(node.getOpType())
                    && node.getDomain().equals(ML_DOMAIN)
                    && node.getOutputCount() == 2) {
                labels.putIfAbsent(node.getOutput(1), labels(node));
            } else if (KEEP_COLUMNS.contains(node.getOpType()) && node.getOutputCount() == 1) {
                sources.put(node.getOutput(0), node.getInput(0));
            }
        }
        return new ClassLabels(labels, sources);
    }

    /** Labels of the columns of that tensor, in index order; empty when it has none. */
    List<String> of(String tensor) {
        String current = tensor;
        // A sound graph has no cycle; the bound keeps an unsound one from hanging the load.
        for (int i = 0; i <= sources.size() && current != null; i++) {
            List<String> found = labels.get(current);
            if (found != null) {
                return found;
            }
            current = sources.get(current);
        }
        return List.of();
    }

    private static List<String> labels(NodeProto node) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (LABEL_ATTRIBUTES.contains(attribute.getName())) {
                if (attribute.getStringsCount() > 0) {
                    return attribute.getStringsList().stream()
                            .map(ByteString::toStringUtf8)
                            .toList();
                }
                if (attribute.getIntsCount() > 0) {
                    return attribute.getIntsList().stream()
                            .map(label -> Long.toString(label))
                            .toList();
                }
            }
        }
        return List.of();
    }
}
