package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.Set;

/**
 * Text constants of a model in the encoding in which the runtime's Java binding hands over strings.
 *
 * <p>Threading: stateless.
 *
 * @see "Java Native Interface Specification, chapter 3, Modified UTF-8 Strings"
 */
final class ModifiedUtf8Constants {
    /* The binding passes strings with GetStringUTFChars and NewStringUTF, so the runtime sees and must return modified UTF-8:
     * U+0000 is the two bytes C0 80, and a character beyond U+FFFF is two surrogates of three bytes each. Text that goes in and
     * comes out again is right. Constants are not: in the file they are real UTF-8, so the lookup of an emoji category would
     * miss without an error, and an emoji label would come out as garbage. Putting the constants into the same encoding makes
     * equality, lookup and concatenation right again. What remains are operators that look at characters; they are named by
     * readCharacters, and such a model is not given the characters for which the two encodings differ.
     */
    private static final Set<String> CHARACTER_OPERATORS = Set.of("StringNormalizer", "Tokenizer", "RegexFullMatch");

    /** Its attributes are compiled code and names of files. */
    private static final String COMPILED = "EPContext";

    private static final Set<String> KNOWN_DOMAINS = Set.of("", "ai.onnx", ClassLabels.ML_DOMAIN, "com.microsoft");

    private ModifiedUtf8Constants() {}

    /** Whether there is a text constant in which the encodings differ. */
    static boolean needsRewriting(ModelProto model) {
        return needsRewriting(model.getGraph())
                || model.getFunctionsList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting);
    }

    /**
     * Rewrites the text constants in which the encodings differ. Only what holds one is unpacked: a builder for every node of
     * a large model would take more memory than the model.
     *
     * @return whether there was one
     */
    static boolean rewrite(ModelProto.Builder model) {
        boolean changed = rewrite(model.getGraphBuilder());
        for (int i = 0; i < model.getFunctionsCount(); i++) {
            if (needsRewriting(model.getFunctions(i))) {
                FunctionProto.Builder function = model.getFunctionsBuilder(i);
                for (int j = 0; j < function.getNodeCount(); j++) {
                    if (needsRewriting(function.getNode(j))) {
                        rewrite(function.getNodeBuilder(j));
                    }
                }
                changed = true;
            }
        }
        return changed;
    }

    /** True when an operator of the model looks at characters, or may because it is not one of the runtime's own. */
    static boolean readCharacters(ModelProto model) {
        return readCharacters(model.getGraph())
                || model.getFunctionsList().stream()
                        .flatMap(function -> function.getNodeList().stream())
                        .anyMatch(ModifiedUtf8Constants::readsCharacters);
    }

    /** True when modified UTF-8 writes this text differently: it has U+0000 or a character beyond U+FFFF. */
    static boolean differs(ByteString utf8) {
        for (int i = 0; i < utf8.size(); i++) {
            if (utf8.byteAt(i) == 0 || (utf8.byteAt(i) & 0xF8) == 0xF0) {
                return true;
            }
        }
        return false;
    }

    private static boolean readCharacters(GraphProto graph) {
        return graph.getNodeList().stream().anyMatch(ModifiedUtf8Constants::readsCharacters);
    }

    private static boolean readsCharacters(NodeProto node) {
        return CHARACTER_OPERATORS.contains(node.getOpType())
                || !KNOWN_DOMAINS.contains(node.getDomain())
                || node.getAttributeList().stream()
                        .anyMatch(attribute -> readCharacters(attribute.getG())
                                || attribute.getGraphsList().stream().anyMatch(ModifiedUtf8Constants::readCharacters));
    }

    private static boolean needsRewriting(FunctionProto function) {
        return function.getNodeList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting);
    }

    private static boolean needsRewriting(GraphProto graph) {
        return graph.getInitializerList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting)
                || graph.getNodeList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting);
    }

    private static boolean needsRewriting(NodeProto node) {
        // Patterns and stop words of these keep their meaning: they never meet the characters in question. What
        // operators of
        // unknown domains keep in attributes may be anything, a serialized vocabulary for example.
        boolean kept = CHARACTER_OPERATORS.contains(node.getOpType())
                || node.getOpType().equals(COMPILED)
                || !KNOWN_DOMAINS.contains(node.getDomain());
        return !kept && node.getAttributeList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting);
    }

    private static boolean needsRewriting(AttributeProto attribute) {
        return isRewritten(attribute.getS())
                || attribute.getStringsList().stream().anyMatch(ModifiedUtf8Constants::isRewritten)
                || (attribute.hasT() && needsRewriting(attribute.getT()))
                || attribute.getTensorsList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting)
                || (attribute.hasG() && needsRewriting(attribute.getG()))
                || attribute.getGraphsList().stream().anyMatch(ModifiedUtf8Constants::needsRewriting);
    }

    private static boolean needsRewriting(TensorProto tensor) {
        return tensor.getStringDataList().stream().anyMatch(ModifiedUtf8Constants::isRewritten);
    }

    private static boolean rewrite(GraphProto.Builder graph) {
        boolean changed = false;
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (needsRewriting(graph.getInitializer(i))) {
                rewrite(graph.getInitializerBuilder(i));
                changed = true;
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (needsRewriting(graph.getNode(i))) {
                rewrite(graph.getNodeBuilder(i));
                changed = true;
            }
        }
        return changed;
    }

    private static void rewrite(NodeProto.Builder node) {
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (isRewritten(attribute.getS())) {
                attribute.setS(modified(attribute.getS()));
            }
            for (int i = 0; i < attribute.getStringsCount(); i++) {
                if (isRewritten(attribute.getStrings(i))) {
                    attribute.setStrings(i, modified(attribute.getStrings(i)));
                }
            }
            if (attribute.hasT()) {
                rewrite(attribute.getTBuilder());
            }
            attribute.getTensorsBuilderList().forEach(ModifiedUtf8Constants::rewrite);
            if (attribute.hasG()) {
                rewrite(attribute.getGBuilder());
            }
            attribute.getGraphsBuilderList().forEach(ModifiedUtf8Constants::rewrite);
        }
    }

    private static void rewrite(TensorProto.Builder tensor) {
        for (int i = 0; i < tensor.getStringDataCount(); i++) {
            if (isRewritten(tensor.getStringData(i))) {
                tensor.setStringData(i, modified(tensor.getStringData(i)));
            }
        }
    }

    /** Bytes that are no text are nobody's text constant. */
    private static boolean isRewritten(ByteString constant) {
        return differs(constant) && constant.isValidUtf8();
    }

    private static ByteString modified(ByteString utf8) {
        String text = utf8.toStringUtf8();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(utf8.size() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && c < 0x80) {
                bytes.write(c);
            } else if (c < 0x800) {
                bytes.write(0xC0 | (c >> 6));
                bytes.write(0x80 | (c & 0x3F));
            } else {
                bytes.write(0xE0 | (c >> 12));
                bytes.write(0x80 | ((c >> 6) & 0x3F));
                bytes.write(0x80 | (c & 0x3F));
            }
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
