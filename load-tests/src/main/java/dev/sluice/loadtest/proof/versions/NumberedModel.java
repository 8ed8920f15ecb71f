package dev.sluice.loadtest.proof.versions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A tree classifier with two classes, of which versions are made whose answers tell which one answered.
 *
 * <p>Its probability is the logistic function of a sum with one leaf of each tree. A version adds its own constant to all leaves of
 * the first tree: whatever the row, the logit of its answer differs from that of version 1, which is the file as it is, by that
 * constant. Everything else stays byte for byte, the length too.
 *
 * <p>Threading: immutable.
 *
 * @see "ONNX, onnx.proto, and the operator TreeEnsembleClassifier of ai.onnx.ml"
 */
public final class NumberedModel {
    /** Versions that lie this far apart answer alike. */
    static final int PERIOD = 101;

    /** The output with the probabilities of both classes. */
    public static final String OUTPUT = "probabilities";

    private static final int STRIDE = 37;
    private static final double STEP = 0.02;
    /** Above what float32 loses, far below the distance to any other version. */
    private static final double TOLERANCE_LOGIT = STEP / 4;

    private static final int GRAPH = 7;
    private static final int NODE = 1;
    private static final int GRAPH_INPUT = 11;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int NAME = 1;
    private static final int ATTRIBUTE_FLOATS = 7;
    private static final int ATTRIBUTE_INTEGERS = 8;

    private final byte[] file;
    private final List<Integer> leaves;
    private final String input;
    private final ProtoSpan type;
    private final ProtoSpan columns;
    private final ProtoSpan inputName;

    private NumberedModel(byte[] file, List<Integer> leaves, ProtoSpan inputName, ProtoSpan type, ProtoSpan columns) {
        this.file = file;
        this.leaves = List.copyOf(leaves);
        this.inputName = inputName;
        this.input = inputName.text(file);
        this.type = type;
        this.columns = columns;
    }

    /**
     * Reads version 1.
     *
     * @throws IOException if it cannot be read, or is not such a model
     */
    public static NumberedModel read(Path onnx) throws IOException {
        return of(Files.readAllBytes(onnx));
    }

    static NumberedModel of(byte[] file) throws IOException {
        ProtoSpan graph = only("graph", new ProtoSpan(0, 0, file.length).fields(file, GRAPH));
        List<ProtoSpan> trees = new ArrayList<>();
        for (ProtoSpan node : graph.fields(file, NODE)) {
            if (node.holds(file, NODE_OPERATOR, "TreeEnsembleClassifier")) {
                trees.add(node);
            }
        }
        ProtoSpan input = only("input", graph.fields(file, GRAPH_INPUT));
        // ValueInfoProto.type, its tensor_type, and there elem_type and shape.
        ProtoSpan tensor =
                only("tensor type", only("type", input.fields(file, 2)).fields(file, 1));
        List<ProtoSpan> dimensions = only("shape", tensor.fields(file, 2)).fields(file, 1);
        if (dimensions.isEmpty()) {
            throw new IOException("the input must have dimensions");
        }
        ProtoSpan last = dimensions.get(dimensions.size() - 1);
        return new NumberedModel(
                file,
                firstTree(file, only("tree ensemble", trees)),
                only("input name", input.fields(file, NAME)),
                only("element type", tensor.fields(file, 1)),
                only("number of columns", last.fields(file, 1)));
    }

    /** Where the weights of the first tree's leaves lie. */
    private static List<Integer> firstTree(byte[] file, ProtoSpan trees) throws IOException {
        List<ProtoSpan> weights = attribute(file, trees, "class_weights").fields(file, ATTRIBUTE_FLOATS);
        List<ProtoSpan> ids = attribute(file, trees, "class_treeids").fields(file, ATTRIBUTE_INTEGERS);
        if (weights.size() != ids.size()) {
            throw new IOException("there must be a tree for each weight, got " + ids.size() + " for " + weights.size());
        }
        List<Integer> leaves = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).number(file) == 0) {
                leaves.add(weights.get(i).from());
            }
        }
        if (leaves.isEmpty()) {
            throw new IOException("the first tree must have leaves");
        }
        return leaves;
    }

    private static ProtoSpan attribute(byte[] file, ProtoSpan node, String name) throws IOException {
        List<ProtoSpan> found = new ArrayList<>();
        for (ProtoSpan attribute : node.fields(file, NODE_ATTRIBUTE)) {
            if (attribute.holds(file, NAME, name)) {
                found.add(attribute);
            }
        }
        return only(name, found);
    }

    private static ProtoSpan only(String what, List<ProtoSpan> found) throws IOException {
        if (found.size() != 1) {
            throw new IOException("the model must have one " + what + ", got " + found.size());
        }
        return found.get(0);
    }

    /** The file of a version, from 1; version 1 is the file as it was read. */
    public byte[] version(long version) {
        return shifted(delta(version));
    }

    /** The file of a version with other answers, of the same length: what only a checksum can tell from the right one. */
    public byte[] corrupted(long version) {
        return shifted(delta(version) + 3);
    }

    private byte[] shifted(double logits) {
        byte[] copy = file.clone();
        ByteBuffer numbers = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        for (int at : leaves) {
            numbers.putFloat(at, (float) (numbers.getFloat(at) + logits));
        }
        return copy;
    }

    /** A sound model that takes a column less. */
    public byte[] withFewerColumns() throws IOException {
        return withNumber(columns, columns.number(file) - 1);
    }

    /** A sound model that takes float64. */
    public byte[] withDoubles() throws IOException {
        return withNumber(type, 11);
    }

    private byte[] withNumber(ProtoSpan place, long value) throws IOException {
        if (place.to() - place.from() != 1 || value < 0 || value > 127) {
            throw new IOException("a number must fit where another was, got " + value);
        }
        byte[] copy = file.clone();
        copy[place.from()] = (byte) value;
        return copy;
    }

    /** A sound model whose input has another name of the same length. */
    public byte[] withOtherInput() throws IOException {
        byte[] copy = file.clone();
        // Wherever a node takes it, too: fields of that content with a number that is an input's.
        ProtoSpan graph = only("graph", new ProtoSpan(0, 0, file.length).fields(file, GRAPH));
        rename(copy, inputName);
        for (ProtoSpan node : graph.fields(file, NODE)) {
            for (ProtoSpan taken : node.fields(file, 1)) {
                if (taken.text(file).equals(input)) {
                    rename(copy, taken);
                }
            }
        }
        return copy;
    }

    private static void rename(byte[] copy, ProtoSpan name) {
        copy[name.to() - 1] = (byte) (copy[name.to() - 1] == 'x' ? 'y' : 'x');
    }

    /** By how much a version's logit exceeds that of version 1. */
    static double delta(long version) {
        long place = Math.floorMod((version - 1) * STRIDE, (long) PERIOD);
        return STEP * (place > PERIOD / 2 ? place - PERIOD : place);
    }

    /** What a version must answer where version 1 answers {@code first}, a probability of the second class. */
    public static double expected(double first, long version) {
        return 1 / (1 + Math.exp(-logit(first) - delta(version)));
    }

    /** What version 1 answers where a version answers {@code probability}. */
    public static double first(double probability, long version) {
        return 1 / (1 + Math.exp(-logit(probability) + delta(version)));
    }

    /** Whether a probability is that of this version. */
    public static boolean matches(double first, long version, double probability) {
        return probability > 0
                && probability < 1
                && Math.abs(logit(probability) - logit(first) - delta(version)) <= TOLERANCE_LOGIT;
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }

    /** A request for one row, by the protocol's JSON. */
    public String request() throws IOException {
        double[] row = new double[Math.toIntExact(columns.number(file))];
        Arrays.setAll(row, i -> 10 + i);
        String data = DoubleStream.of(row)
                .mapToObj(value -> String.format(Locale.ROOT, "%.1f", value))
                .collect(Collectors.joining(","));
        return "{\"inputs\":[{\"name\":\"" + input + "\",\"shape\":[1," + row.length
                + "],\"datatype\":\"FP32\",\"data\":[" + data + "]}]}";
    }
}
