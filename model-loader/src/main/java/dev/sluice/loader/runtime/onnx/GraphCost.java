package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;

/**
 * What it would cost to read a model's graph, counted in its bytes before they become objects.
 *
 * <p>Threading: confined to one thread.
 */
final class GraphCost {
    /* A message of two bytes becomes an object of a hundred, and a packed integer of one byte a long in a list that may be half
     * empty. So a small file can fill a large heap, and what it takes is added up field by field before anything is parsed. The
     * figures are generous ones of protobuf's Java objects.
     */
    private static final long MESSAGE_BYTES = 160;
    private static final long TEXT_BYTES = 64;
    private static final long NUMBER_BYTES = 16;
    private static final long PACKED_INTEGER_FACTOR = 12;
    private static final long PACKED_OTHER_FACTOR = 2;

    /** Protobuf's own limit is 100, of which the model and its graph have used two. */
    private static final int MESSAGE_DEPTH_MAX = 90;

    private final String name;
    private final SafetyLimits limits;
    private long heapBytes;
    private int nodes;

    /**
     * @param name of the file, quoted
     */
    GraphCost(String name, SafetyLimits limits) {
        this.name = name;
        this.limits = limits;
    }

    /** Bytes of heap that the numbers of an initializer take, of which {@link LeftOut} knows the field. */
    static long parsedBytes(int field, long length) {
        return switch (field) {
            case TensorProto.RAW_DATA_FIELD_NUMBER -> length;
            case TensorProto.FLOAT_DATA_FIELD_NUMBER, TensorProto.DOUBLE_DATA_FIELD_NUMBER ->
                length * PACKED_OTHER_FACTOR;
            default -> length * PACKED_INTEGER_FACTOR;
        };
    }

    /** Bytes of heap that are certain before a field's content is known: it is copied once before it is parsed. */
    void addField(long length) throws ModelLoadException {
        add(TEXT_BYTES + length);
    }

    /**
     * Adds one field of the model or of its graph.
     *
     * @param parent the message that the field belongs to: {@code MODEL} or {@code GRAPH}
     * @throws InvalidProtocolBufferException if the bytes are not what the schema says
     * @throws ModelLoadException step {@code read}, when a limit is passed
     */
    void add(WireMessage parent, int field, byte[] content) throws IOException, ModelLoadException {
        count(parent, field, CodedInputStream.newInstance(content), content.length, 0, 1);
    }

    private void count(WireMessage parent, int field, CodedInputStream in, int length, int depth, int graphs)
            throws IOException, ModelLoadException {
        WireMessage message = parent.in(field);
        if (message == null) {
            in.skipRawBytes(length);
            add(TEXT_BYTES + length * (parent.packsIntegers(field) ? PACKED_INTEGER_FACTOR : PACKED_OTHER_FACTOR));
            return;
        }
        add(MESSAGE_BYTES);
        if (message == WireMessage.NODE && ++nodes > limits.nodesMax()) {
            throw refused(name + " has more than " + limits.nodesMax() + " nodes");
        }
        int inside = message == WireMessage.GRAPH ? graphs + 1 : graphs;
        if (inside > limits.graphDepthMax()) {
            throw refused(name + " nests more than " + limits.graphDepthMax() + " graphs inside each other");
        }
        if (depth > MESSAGE_DEPTH_MAX) {
            throw refused(name + " nests more than " + MESSAGE_DEPTH_MAX + " messages inside each other");
        }
        int outer = in.pushLimit(length);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int size = in.readRawVarint32();
                    if (size < 0 || size > in.getBytesUntilLimit()) {
                        throw new InvalidProtocolBufferException("a field is longer than its message");
                    }
                    count(message, WireFormat.getTagFieldNumber(tag), in, size, depth + 1, inside);
                }
                case WireFormat.WIRETYPE_VARINT, WireFormat.WIRETYPE_FIXED32, WireFormat.WIRETYPE_FIXED64 -> {
                    in.skipField(tag);
                    add(NUMBER_BYTES);
                }
                default -> throw new InvalidProtocolBufferException("group fields are not used by ONNX");
            }
        }
        in.popLimit(outer);
    }

    private void add(long bytes) throws ModelLoadException {
        heapBytes += bytes;
        if (heapBytes > limits.heapBytesMax()) {
            throw refused(name + " has a graph that takes more than " + limits.heapBytesMax()
                    + " bytes of heap without its weights, a quarter of what this process has (-Xmx)");
        }
    }

    private static ModelLoadException refused(String message) {
        return new ModelLoadException(OnnxFile.STEP, message);
    }
}
