package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * One pass over a model file that reads everything but the numbers of initializers, and counts what it leaves out.
 *
 * <p>Threading: confined to one thread.
 */
final class OutlineReader {
    /* A protobuf message is a list of (tag, value) fields. Each field of the model and of its graph is read, counted and parsed
     * by itself; the values that hold numbers of initializers are skipped by seeking. So memory is bounded by the nodes, not by
     * the weights, and by what GraphCost allows. Fields that come twice are merged as protobuf says: the runtime reads the
     * same file in the same way.
     */
    private static final int GRAPH = ModelProto.GRAPH_FIELD_NUMBER;
    private static final int INITIALIZER = GraphProto.INITIALIZER_FIELD_NUMBER;

    private final String name;
    private final long fileSize;
    private final GraphCost cost;
    private final ModelProto.Builder model = ModelProto.newBuilder();
    private long weightBytes;
    private long parsedWeightBytes;

    /**
     * @param name of the file, quoted
     */
    OutlineReader(String name, long fileSize, SafetyLimits limits) {
        this.name = name;
        this.fileSize = fileSize;
        this.cost = new GraphCost(name, limits);
    }

    /**
     * Reads a model.
     *
     * @return it, without the numbers of its initializers; {@link LeftOut} says how many there were
     * @throws IOException if the input is not a protobuf message
     * @throws ModelLoadException step {@code read}, if the file ends before its graph does, or the graph passes a limit
     */
    ModelProto model(CodedInputStream in) throws IOException, ModelLoadException {
        in.setSizeLimit(Integer.MAX_VALUE);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == GRAPH && isDelimited(tag)) {
                int length = in.readRawVarint32();
                requireLeft("graph", length, in);
                int outer = in.pushLimit(length);
                graph(in, model.getGraphBuilder());
                in.popLimit(outer);
            } else {
                model.mergeFrom(field(WireMessage.MODEL, tag, in));
            }
        }
        return model.build();
    }

    /** Bytes left out so far. */
    long weightBytes() {
        return weightBytes;
    }

    /** Bytes of heap that what was left out so far would take once it is parsed. */
    long parsedWeightBytes() {
        return parsedWeightBytes;
    }

    private void graph(CodedInputStream in, GraphProto.Builder graph) throws IOException, ModelLoadException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == INITIALIZER && isDelimited(tag)) {
                int outer = in.pushLimit(in.readRawVarint32());
                graph.addInitializer(TensorProto.parseFrom(initializer(in)));
                in.popLimit(outer);
            } else {
                graph.mergeFrom(field(WireMessage.GRAPH, tag, in));
            }
        }
    }

    private byte[] initializer(CodedInputStream in) throws IOException, ModelLoadException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        LeftOut leftOut = LeftOut.NOTHING;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (LeftOut.isLeftOut(field)) {
                int before = in.getTotalBytesRead();
                int length = skipValue(tag, in);
                weightBytes += in.getTotalBytesRead() - before;
                parsedWeightBytes += GraphCost.parsedBytes(field, length);
                leftOut = leftOut.and(field, length);
            } else if (field == LeftOut.FIELD) {
                in.skipField(tag);
            } else {
                out.writeRawBytes(field(WireMessage.TENSOR, tag, in));
            }
        }
        leftOut.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Returns the bytes of the value. */
    private static int skipValue(int tag, CodedInputStream in) throws IOException {
        if (isDelimited(tag)) {
            int length = in.readRawVarint32();
            in.skipRawBytes(length);
            return length;
        }
        int before = in.getTotalBytesRead();
        in.skipField(tag);
        return in.getTotalBytesRead() - before;
    }

    private static boolean isDelimited(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** One field with its tag, once it is known that there is room for what it says. */
    private byte[] field(WireMessage parent, int tag, CodedInputStream in) throws IOException, ModelLoadException {
        ByteString.Output bytes = ByteString.newOutput(32);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 32);
        out.writeUInt32NoTag(tag);
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(in.readRawVarint64());
            case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(in.readRawLittleEndian64());
            case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag(in.readRawLittleEndian32());
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                int length = in.readRawVarint32();
                requireLeft("field " + WireFormat.getTagFieldNumber(tag), length, in);
                cost.addField(length);
                byte[] content = in.readRawBytes(length);
                cost.add(parent, WireFormat.getTagFieldNumber(tag), content);
                out.writeUInt32NoTag(length);
                out.flush();
                return concat(bytes.toByteString().toByteArray(), content);
            }
            default -> throw new InvalidProtocolBufferException("group fields are not used by ONNX");
        }
        cost.addField(0);
        out.flush();
        return bytes.toByteString().toByteArray();
    }

    private static byte[] concat(byte[] head, byte[] content) {
        byte[] whole = new byte[head.length + content.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(content, 0, whole, head.length, content.length);
        return whole;
    }

    private void requireLeft(String what, int length, CodedInputStream in) throws ModelLoadException {
        long left = fileSize - in.getTotalBytesRead();
        if (length < 0 || length > left) {
            throw new ModelLoadException(
                    OnnxFile.STEP,
                    name + " is cut off: its " + what + " takes " + Integer.toUnsignedString(length) + " bytes, only "
                            + left + " of the file's " + fileSize + " bytes are left");
        }
    }
}
