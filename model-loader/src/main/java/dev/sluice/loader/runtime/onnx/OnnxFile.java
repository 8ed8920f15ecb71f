package dev.sluice.loader.runtime.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model file before a session is opened: everything but its weights.
 *
 * <p>Threading: immutable; reading blocks.
 *
 * @param path the file
 * @param outline the model with the numbers of its initializers left out
 * @param size of the file in bytes
 * @param weightBytes bytes of the numbers left out, part of {@code size}
 * @param externalBytes bytes of the files beside it that hold more weights
 * @param hasExternalData whether there are such files
 */
record OnnxFile(
        Path path, ModelProto outline, long size, long weightBytes, long externalBytes, boolean hasExternalData) {
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

    /** The same step name for everything that is wrong with the file itself. */
    private static final String STEP = "read";

    /**
     * Reads a file's outline and checks that its external files are there.
     *
     * @throws ModelLoadException step {@code read}, when it is not a whole ONNX file or external data are missing
     */
    static OnnxFile read(Path path) throws ModelLoadException {
        String name = quoted(path);
        long size;
        try {
            size = Files.size(path);
        } catch (IOException e) {
            throw new ModelLoadException(STEP, name + " cannot be read: there is no such file", e);
        }
        if (size == 0) {
            throw new ModelLoadException(STEP, name + " is empty (0 bytes)");
        }
        if (size > Integer.MAX_VALUE) {
            throw new ModelLoadException(
                    STEP,
                    name + " has " + size + " bytes, an ONNX file at most " + Integer.MAX_VALUE
                            + ": larger weights must be stored as external data");
        }
        Copy copy = new Copy(name, size);
        ModelProto outline;
        try (InputStream stream = Files.newInputStream(path)) {
            outline = ModelProto.parseFrom(copy.model(CodedInputStream.newInstance(stream, 1 << 16)));
        } catch (InvalidProtocolBufferException e) {
            throw notAModel(name, size, e);
        } catch (IOException e) {
            throw new ModelLoadException(STEP, name + " (" + size + " bytes) cannot be read: " + e.getMessage(), e);
        }
        if (!outline.hasGraph() || outline.getGraph().getOutputCount() == 0) {
            throw notAModel(name, size, null);
        }
        Set<String> locations = externalLocations(outline);
        long externalBytes = 0;
        for (String location : locations) {
            externalBytes += externalSize(path, location);
        }
        return new OnnxFile(path, outline, size, copy.weightBytes, externalBytes, !locations.isEmpty());
    }

    /**
     * Parses all of the file, weights included.
     *
     * @throws ModelLoadException step {@code read}
     */
    ModelProto parseAll() throws ModelLoadException {
        try (InputStream stream = Files.newInputStream(path)) {
            return ModelProto.parseFrom(CodedInputStream.newInstance(stream, 1 << 16));
        } catch (IOException e) {
            throw notAModel(quoted(path), size, e);
        }
    }

    /** The folder that external data are relative to. */
    Path folder() {
        return folder(path);
    }

    private static Path folder(Path path) {
        return requireNonNull(path.toAbsolutePath().normalize().getParent(), "folder");
    }

    private static ModelLoadException notAModel(String name, long size, @Nullable IOException cause) {
        return new ModelLoadException(STEP, name + " (" + size + " bytes) is not an ONNX model", cause);
    }

    private static String quoted(Path path) {
        return "'" + path.getFileName() + "'";
    }

    private static Set<String> externalLocations(ModelProto outline) {
        Set<String> locations = new LinkedHashSet<>();
        collect(outline.getGraph().getInitializerList(), locations);
        for (NodeProto node : outline.getGraph().getNodeList()) {
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasT()) {
                    collect(List.of(attribute.getT()), locations);
                }
            }
        }
        return locations;
    }

    private static void collect(List<TensorProto> tensors, Set<String> locations) {
        for (TensorProto tensor : tensors) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                tensor.getExternalDataList().stream()
                        .filter(entry -> entry.getKey().equals("location"))
                        .forEach(entry -> locations.add(entry.getValue()));
            }
        }
    }

    private static long externalSize(Path path, String location) throws ModelLoadException {
        Path folder = folder(path);
        Path file = folder.resolve(location).normalize();
        if (!file.startsWith(folder)) {
            throw new ModelLoadException(
                    STEP, quoted(path) + " refers to external data outside its folder: '" + location + "'");
        }
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ModelLoadException(
                    STEP, quoted(path) + " needs its external data '" + location + "', which is not beside it", e);
        }
    }

    /** One pass over a file; counts what it leaves out. */
    private static final class Copy {
        private final String name;
        private final long fileSize;
        private long weightBytes;

        Copy(String name, long fileSize) {
            this.name = name;
            this.fileSize = fileSize;
        }

        byte[] model(CodedInputStream in) throws IOException, ModelLoadException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == GRAPH && isMessage(tag)) {
                    int length = in.readRawVarint32();
                    long left = fileSize - in.getTotalBytesRead();
                    if (length < 0 || length > left) {
                        throw new ModelLoadException(
                                STEP,
                                name + " is cut off: its graph takes " + Integer.toUnsignedString(length)
                                        + " bytes, only " + left + " of the file's " + fileSize + " bytes are left");
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
}
