package dev.sluice.loader.runtime.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.loader.runtime.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
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
 * @param modified when it was last changed
 * @param weightBytes bytes of the numbers left out, part of {@code size}
 * @param parsedWeightBytes bytes of heap that they would take
 * @param externalBytes bytes of weights that come from other files, or that appear when sparse ones are made dense
 * @param external other files that the model names, relative to its folder
 */
record OnnxFile(
        Path path,
        ModelProto outline,
        long size,
        FileTime modified,
        long weightBytes,
        long parsedWeightBytes,
        long externalBytes,
        Set<String> external) {
    /** The same step name for everything that is wrong with the file itself. */
    static final String STEP = "read";

    /** With this ending the runtime reads another format than the one that is checked here. */
    private static final String RUNTIME_FORMAT = ".ort";

    OnnxFile {
        external = Set.copyOf(external);
    }

    /**
     * Reads a file's outline, and checks that what it claims is there and stays in its folder.
     *
     * @throws ModelLoadException step {@code read}, when it is not a whole ONNX file, passes a limit, or names what it must not
     */
    static OnnxFile read(Path path, SafetyLimits limits) throws ModelLoadException {
        String name = Shown.quoted(path);
        if (String.valueOf(path.getFileName()).endsWith(RUNTIME_FORMAT)) {
            throw new ModelLoadException(
                    STEP, name + " would be read as ONNX Runtime's own format, which cannot be checked; serve ONNX");
        }
        BasicFileAttributes attributes = attributes(path, name);
        long size = attributes.size();
        OutlineReader reader = new OutlineReader(name, size, limits);
        ModelProto outline;
        try (InputStream stream = Files.newInputStream(path)) {
            outline = reader.model(CodedInputStream.newInstance(stream, 1 << 16));
        } catch (InvalidProtocolBufferException e) {
            throw notAModel(path, size, e);
        } catch (IOException e) {
            throw unreadable(path, size, e);
        }
        if (!outline.hasGraph() || outline.getGraph().getOutputCount() == 0) {
            throw notAModel(path, size, null);
        }
        if (outline.getOpsetImportCount() == 0) {
            throw new ModelLoadException(
                    STEP, name + " (" + size + " bytes) names no operator set; it may be cut off after its graph");
        }
        ExternalFiles files = new ExternalFiles(name, folder(path));
        ModelClaims claims = new ModelClaims(name, limits, files);
        claims.check(outline);
        return new OnnxFile(
                path,
                outline,
                size,
                attributes.lastModifiedTime(),
                reader.weightBytes(),
                reader.parsedWeightBytes(),
                claims.moreBytes(),
                files.locations());
    }

    private static BasicFileAttributes attributes(Path path, String name) throws ModelLoadException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new ModelLoadException(STEP, name + " cannot be read: there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new ModelLoadException(STEP, name + " cannot be read: this process may not look at it", e);
        } catch (IOException e) {
            throw new ModelLoadException(STEP, name + " cannot be read: it cannot be looked at", e);
        }
        if (!attributes.isRegularFile()) {
            throw new ModelLoadException(
                    STEP, name + " is " + (attributes.isDirectory() ? "a folder" : "neither a file nor a folder"));
        }
        if (attributes.size() == 0) {
            throw new ModelLoadException(STEP, name + " is empty (0 bytes)");
        }
        if (attributes.size() > SafetyLimits.MODEL_BYTES_MAX) {
            throw new ModelLoadException(
                    STEP,
                    name + " has " + attributes.size() + " bytes, an ONNX file at most " + SafetyLimits.MODEL_BYTES_MAX
                            + ": larger weights must be stored as external data");
        }
        return attributes;
    }

    /** True unless the file has changed since it was read. */
    boolean isCurrent() {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return now.size() == size && now.lastModifiedTime().equals(modified);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there are files beside it that hold more weights. */
    boolean hasExternalData() {
        return !external.isEmpty();
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
        } catch (InvalidProtocolBufferException e) {
            throw notAModel(path, size, e);
        } catch (IOException e) {
            throw unreadable(path, size, e);
        }
    }

    /** The folder that external data are relative to. */
    Path folder() {
        return folder(path);
    }

    private static Path folder(Path path) {
        return requireNonNull(path.toAbsolutePath().normalize().getParent(), "folder");
    }

    private static ModelLoadException unreadable(Path path, long size, IOException cause) {
        return new ModelLoadException(
                STEP, Shown.quoted(path) + " (" + size + " bytes) cannot be read: " + cause.getMessage(), cause);
    }

    private static ModelLoadException notAModel(Path path, long size, @Nullable IOException cause) {
        return new ModelLoadException(
                STEP, Shown.quoted(path) + " (" + size + " bytes) is not an ONNX model" + FileKind.after(path), cause);
    }
}
