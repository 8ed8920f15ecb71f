package dev.sluice.loader.runtime.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.loader.runtime.ModelLoadException;
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
    /** The same step name for everything that is wrong with the file itself. */
    static final String STEP = "read";

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
        OutlineCopy copy = new OutlineCopy(name, size);
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
        return new OnnxFile(path, outline, size, copy.weightBytes(), externalBytes, !locations.isEmpty());
    }

    /**
     * Parses all of the file, weights included.
     *
     * @throws ModelLoadException step {@code read}
     */
    ModelProto parseAll() throws ModelLoadException {
        if (weightBytes == 0) {
            return outline; // a tree ensemble is all nodes
        }
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
}
