package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/**
 * One pass over a model file that copies everything but the numbers of initializers, and counts what it leaves out.
 *
 * <p>Threading: confined to one thread.
 */
final class OutlineCopy {
    /* A protobuf message is a list of (tag, value) fields. The file is copied field by field without the values that hold
     * numbers of initializers, which are skipped by seeking, and the short copy is parsed. So memory is bounded by the nodes,
     * not by the weights:
     *
     *   ModelProto   graph = 7
     *   GraphProto   initializer = 5
     *   TensorProto  float_data = 4, int32_data = 5, int64_data = 7, raw_data = 9, double_data = 10, uint64_data = 11
     */
    private static final int GRAPH = ModelProto.GRAPH_FIELD_NUMBER;
    private static final int INITIALIZER = 5;
    private static final Set<Integer> NUMBERS = Set.of(4, 5, 7, 9, 10, 11);

    private final String name;
    private final long fileSize;
    private long weightBytes;

    OutlineCopy(String name, long fileSize) {
        this.name = name;
        this.fileSize = fileSize;
    }

    /**
     * Copies a model.
     *
     * @return a serialized model without the numbers of its initializers
     * @throws IOException if the input is not a protobuf message
     * @throws ModelLoadException step {@code read}, if the file ends before its graph does
     */
    byte[] model(CodedInputStream in) throws IOException, ModelLoadException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == GRAPH && isMessage(tag)) {
                int length = in.readRawVarint32();
                long left = fileSize - in.getTotalBytesRead();
                if (length < 0 || length > left) {
                    throw new ModelLoadException(
                            OnnxFile.STEP,
                            name + " is cut off: its graph takes " + Integer.toUnsignedString(length) + " bytes, only "
                                    + left + " of the file's " + fileSize + " bytes are left");
                }
                int outer = in.pushLimit(length);
                out.writeByteArray(GRAPH, graph(in));
                in.popLimit(outer);
            } else {
                copyField(tag, in, out);
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    /** Bytes left out so far. */
    long weightBytes() {
        return weightBytes;
    }

    private byte[] graph(CodedInputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == INITIALIZER && isMessage(tag)) {
                int outer = in.pushLimit(in.readRawVarint32());
                out.writeByteArray(INITIALIZER, initializer(in));
                in.popLimit(outer);
            } else {
                copyField(tag, in, out);
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private byte[] initializer(CodedInputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (NUMBERS.contains(WireFormat.getTagFieldNumber(tag))) {
                int before = in.getTotalBytesRead();
                in.skipField(tag);
                weightBytes += in.getTotalBytesRead() - before;
            } else {
                copyField(tag, in, out);
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static boolean isMessage(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static void copyField(int tag, CodedInputStream in, CodedOutputStream out) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> {
                out.writeUInt32NoTag(tag);
                out.writeUInt64NoTag(in.readRawVarint64());
            }
            case WireFormat.WIRETYPE_FIXED64 -> {
                out.writeUInt32NoTag(tag);
                out.writeFixed64NoTag(in.readRawLittleEndian64());
            }
            case WireFormat.WIRETYPE_FIXED32 -> {
                out.writeUInt32NoTag(tag);
                out.writeFixed32NoTag(in.readRawLittleEndian32());
            }
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                out.writeUInt32NoTag(tag);
                out.writeBytesNoTag(in.readBytes());
            }
            default -> throw new InvalidProtocolBufferException("group fields are not used by ONNX");
        }
    }
}
