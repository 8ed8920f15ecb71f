package dev.sluice.loader.runtime.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a file that is no ONNX model may be instead, by how it begins.
 *
 * <p>Threading: immutable.
 *
 * @param name in words
 * @param at where the sign is
 * @param sign Latin-1
 */
record FileKind(String name, int at, String sign) {
    private static final List<FileKind> KNOWN = List.of(
            new FileKind("a pointer of Git LFS, whose file was not fetched", 0, "version https://git-lfs"),
            new FileKind("a PNG image", 0, "\u0089PNG"),
            new FileKind("a zip archive, as PyTorch and NumPy write them", 0, "PK\u0003\u0004"),
            new FileKind("a Python pickle", 0, "\u0080\u0002"),
            new FileKind("a Python pickle", 0, "\u0080\u0003"),
            new FileKind("a Python pickle", 0, "\u0080\u0004"),
            new FileKind("a Python pickle", 0, "\u0080\u0005"),
            new FileKind("HDF5, as Keras writes it", 0, "\u0089HDF"),
            new FileKind("gzip", 0, "\u001f\u008b"),
            new FileKind("an ELF program", 0, "\u007fELF"),
            new FileKind("ONNX Runtime's own format (.ort); serve the ONNX file", 4, "ORTM"),
            new FileKind("a TensorFlow Lite model", 4, "TFL3"));

    /** What the file seems to be, in words after a colon; empty when it is nothing known. */
    static String after(Path file) {
        String head;
        try (InputStream in = Files.newInputStream(file)) {
            head = new String(in.readNBytes(32), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // the reason why it is refused is known already
        }
        return KNOWN.stream()
                .filter(kind -> head.startsWith(kind.sign, kind.at))
                .findFirst()
                .map(kind -> ": it seems to be " + kind.name)
                .orElse("");
    }
}
