package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts bytes into lines; what comes after the last line end is left where it is.
 *
 * <p>Bound: a line of at most {@value #LINE_BYTES_MAX} bytes.
 *
 * <p>Threading: confined to one thread.
 */
final class LineReader {
    static final int LINE_BYTES_MAX = 1 << 30;

    private static final int BYTES_MIN = 1 << 16;

    private final InputStream in;
    private byte[] bytes = new byte[BYTES_MIN];
    /** Offset of {@code bytes[0]} from the start of the stream. */
    private long base;

    private int from;
    private int to;
    private int next;
    private int end;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * Goes on to the next line.
     *
     * @return false when no whole line is left; a later call looks again
     */
    boolean next() throws IOException {
        int searched = next;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (bytes[i] == '\n') {
                    from = next;
                    to = i;
                    next = i + 1;
                    number++;
                    return true;
                }
            }
            int pending = end - next;
            if (!fill()) {
                return false;
            }
            searched = next + pending;
        }
    }

    /** The line's bytes are those in [{@link #from}, {@link #to}) of this; valid until the next call of {@link #next}. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    /** Where the line's end is, which is in the array too. */
    int to() {
        return to;
    }

    /** The line's number, from 1 on; 0 before the first. */
    long number() {
        return number;
    }

    /** Where what follows the line begins, in bytes from the start. */
    long nextOffset() {
        return base + next;
    }

    /** Bytes after the last line end, as far as they were read. */
    long restSize() {
        return (long) end - next;
    }

    private boolean fill() throws IOException {
        if (end == bytes.length) {
            if (next > 0) {
                System.arraycopy(bytes, next, bytes, 0, end - next);
                base += next;
                end -= next;
                next = 0;
            } else if (bytes.length < LINE_BYTES_MAX) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            } else {
                throw new IOException("line " + (number + 1) + " is longer than " + LINE_BYTES_MAX + " bytes");
            }
        }
        int read = in.read(bytes, end, bytes.length - end);
        end += Math.max(0, read);
        return read > 0;
    }
}
