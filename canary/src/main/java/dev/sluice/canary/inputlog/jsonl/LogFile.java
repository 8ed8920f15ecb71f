package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * One file of the input log.
 *
 * <p>Threading: immutable.
 *
 * @param path of it
 * @param form in which its lines are there
 * @param byteSize when it was listed, as it lies on the disk
 */
public record LogFile(Path path, Form form, long byteSize) {
    /** In which form lines are in a file. */
    public enum Form {
        /** Being written, or left behind by a process that died: its end may be torn. */
        OPEN,
        /** Closed. */
        PLAIN,
        /** Closed and compressed. */
        GZIP
    }

    /**
     * Begins to read. A file that has been closed or compressed since it was listed is found under its new name.
     *
     * @throws IOException if it cannot be opened
     */
    public LogCursor open() throws IOException {
        try {
            return open(path);
        } catch (NoSuchFileException e) {
            for (Path later : laterPaths()) {
                if (Files.exists(later)) {
                    return open(later);
                }
            }
            throw e;
        }
    }

    private LogCursor open(Path present) throws IOException {
        CountingInputStream bytes = new CountingInputStream(Files.newInputStream(present));
        try {
            return new LogCursor(present, formOf(present) == Form.OPEN, bytes);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /** Where a segment goes when it ends. */
    private List<Path> laterPaths() {
        String name = String.valueOf(path.getFileName());
        if (form == Form.OPEN && name.endsWith(SegmentName.OPEN)) {
            String stem = name.substring(0, name.length() - SegmentName.OPEN.length());
            return List.of(path.resolveSibling(stem + SegmentName.PLAIN), path.resolveSibling(stem + SegmentName.GZIP));
        }
        return form == Form.PLAIN ? List.of(path.resolveSibling(name + ".gz")) : List.of();
    }

    static Form formOf(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".open") ? Form.OPEN : name.endsWith(".gz") ? Form.GZIP : Form.PLAIN;
    }

    /** Whether the bytes are compressed. */
    static boolean isGzip(InputStream marked) throws IOException {
        marked.mark(2);
        int first = marked.read();
        int second = marked.read();
        marked.reset();
        return first == 0x1F && second == 0x8B;
    }
}
