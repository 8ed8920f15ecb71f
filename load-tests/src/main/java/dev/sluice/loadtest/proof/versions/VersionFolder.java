package dev.sluice.loadtest.proof.versions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one version, written as any tool may write it: none of the server's code is used.
 *
 * <p>Threading: confined to its owner.
 *
 * @param model the model's folder
 * @param version from 1
 * @see "docs/publishing.md"
 */
public record VersionFolder(Path model, long version) {
    private static final String FILE = "model.onnx";
    private static final String MANIFEST = "manifest.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Where it is when it is published. */
    public Path path() {
        return model.resolve(Long.toString(version));
    }

    /** A hidden folder beside it, for what is not published yet or not any more. */
    private Path hidden(String what) {
        return model.resolve(".proof-" + what + "-" + version);
    }

    /** The text of a manifest that names one file with this content. */
    String manifest(byte[] onnx) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", 1);
        root.put("model", String.valueOf(model.getFileName()));
        root.put("version", version);
        root.putArray("files")
                .addObject()
                .put("path", FILE)
                .put("size", onnx.length)
                .put("sha256", sha256(onnx));
        return root.toString();
    }

    /** Writes the file where nobody looks; {@link #appear} publishes it. */
    public void stage(byte[] onnx) throws IOException {
        Files.write(Files.createDirectories(hidden("new")).resolve(FILE), onnx);
    }

    /** Writes a manifest beside the staged file, for a file of that content. */
    public void stageManifest(byte[] onnx) throws IOException {
        Files.writeString(hidden("new").resolve(MANIFEST), manifest(onnx));
    }

    /** Publishes what is staged, by one rename. */
    public void appear() throws IOException {
        Files.move(hidden("new"), path(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes a part of the file where the version is published, as a slow copy does; makes the folder for the first. */
    public void append(byte[] onnx, int from, int to) throws IOException {
        Files.write(
                Files.createDirectories(path()).resolve(FILE),
                Arrays.copyOfRange(onnx, from, to),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Writes the manifest of a file that lies there already, by one rename. */
    public void publishManifest(byte[] onnx) throws IOException {
        Path written = Files.writeString(path().resolve(".manifest.json.tmp"), manifest(onnx));
        Files.move(written, path().resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes it away, by one rename, and then removes its files. */
    public void remove() throws IOException {
        if (Files.exists(path())) {
            Files.move(path(), hidden("old"), StandardCopyOption.ATOMIC_MOVE);
        }
        removeTree(hidden("old"));
    }

    /** What is wrong with it: a file that its manifest does not describe, or no manifest; empty when it is whole. */
    public Optional<String> flaw() throws IOException {
        if (!Files.exists(path().resolve(MANIFEST))) {
            return Optional.of("there is no manifest");
        }
        JsonNode manifest = MAPPER.readTree(path().resolve(MANIFEST).toFile());
        if (manifest.path("version").asLong() != version) {
            return Optional.of("the manifest is of version " + manifest.path("version"));
        }
        for (JsonNode file : manifest.path("files")) {
            Path each = path().resolve(file.path("path").asText());
            if (!Files.isRegularFile(each)) {
                return Optional.of(each.getFileName() + " is missing");
            }
            if (!sha256(Files.readAllBytes(each)).equals(file.path("sha256").asText())) {
                return Optional.of(each.getFileName() + " is not what the manifest says");
            }
        }
        return manifest.path("files").isEmpty() ? Optional.of("the manifest lists no files") : Optional.empty();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Removes a folder and all in it, if it is there. */
    public static void removeTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
