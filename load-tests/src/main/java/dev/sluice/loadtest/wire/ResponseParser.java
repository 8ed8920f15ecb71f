package dev.sluice.loadtest.wire;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the status and the end of one HTTP/1.1 answer after another in the bytes of a connection.
 *
 * <p>Bodies are skipped, not kept, unless {@link #begin} was told to keep this one. Informational answers (1xx) are
 * passed over. Bounds: 16 KiB a header line, 64 KiB a header, 1 MiB of a kept body; a longer body is not kept.
 *
 * <p>Threading: confined to one event loop.
 *
 * @see "RFC 9112, sections 4, 5, 6 and 7"
 */
public final class ResponseParser {
    /** What the bytes so far amount to. */
    public enum Progress {
        /** The answer is not complete yet. */
        MORE,
        /** The answer is complete. */
        DONE,
        /** These bytes are no HTTP answer. */
        BAD
    }

    /** How many bytes a window should have: most headers fit. */
    public static final int WINDOW_BYTES = 4096;

    private static final int LINE_BYTES_MAX = 16 << 10;
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int BODY_BYTES_KEPT_MAX = 1 << 20;
    private static final int CHUNK_DIGITS_MAX = 15;

    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] JSON_LENGTH = ascii("inference-header-content-length");

    /** Which part of an answer comes next. */
    private enum Part {
        STATUS,
        HEADERS,
        BODY,
        BODY_UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS
    }

    private final byte[] window;
    /** A line that began in an earlier window. */
    private byte[] carry = new byte[256];

    private int carryLength;
    private Part part = Part.STATUS;
    private int status;
    private boolean reusable;
    private boolean chunked;
    private long bodyRest;
    private int headerBytes;
    private int jsonLength;
    private boolean keep;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

    /**
     * A parser that is ready for its first answer.
     *
     * @param window scratch memory, used within {@link #read} only, so that all parsers of a loop can share it
     */
    public ResponseParser(byte[] window) {
        this.window = window;
        beginHeader();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Gets ready for the next answer; its body is kept when {@code keepBody} is true. */
    public void begin(boolean keepBody) {
        keep = keepBody;
        kept.reset();
        carryLength = 0;
        beginHeader();
    }

    private void beginHeader() {
        part = Part.STATUS;
        status = 0;
        reusable = true;
        chunked = false;
        bodyRest = -1;
        headerBytes = 0;
        jsonLength = -1;
    }

    /** Reads from {@code in} until the answer is complete or {@code in} is empty. */
    public Progress read(ByteBuf in) {
        while (in.isReadable()) {
            Progress progress = switch (part) {
                case BODY, CHUNK -> skipBody(in);
                case BODY_UNTIL_CLOSE -> skipAll(in);
                case STATUS, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS -> readLines(in);
            };
            if (progress != Progress.MORE) {
                return progress;
            }
        }
        return Progress.MORE;
    }

    /** Tells that the server has closed the connection: the end of an answer without a length. */
    public Progress readEnd() {
        return part == Part.BODY_UNTIL_CLOSE ? Progress.DONE : Progress.BAD;
    }

    private Progress readLines(ByteBuf in) {
        int length = Math.min(in.readableBytes(), window.length);
        in.getBytes(in.readerIndex(), window, 0, length);
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (window[i] != '\n') {
                continue;
            }
            Progress progress = carryLength == 0 ? line(window, from, i) : carriedLine(from, i);
            from = i + 1;
            if (progress != Progress.MORE || !expectsLine()) {
                in.skipBytes(from);
                return progress;
            }
        }
        in.skipBytes(length);
        return carry(from, length) ? Progress.MORE : Progress.BAD;
    }

    private boolean expectsLine() {
        return part != Part.BODY && part != Part.CHUNK && part != Part.BODY_UNTIL_CLOSE;
    }

    private boolean carry(int from, int to) {
        int length = carryLength + to - from;
        if (length > LINE_BYTES_MAX) {
            return false;
        }
        if (length > carry.length) {
            carry = Arrays.copyOf(carry, Math.max(length, carry.length * 2));
        }
        System.arraycopy(window, from, carry, carryLength, to - from);
        carryLength = length;
        return true;
    }

    private Progress carriedLine(int from, int to) {
        if (!carry(from, to)) {
            return Progress.BAD;
        }
        int length = carryLength;
        carryLength = 0;
        return line(carry, 0, length);
    }

    private Progress line(byte[] bytes, int from, int lineFeed) {
        int to = lineFeed > from && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        headerBytes += to - from;
        if (headerBytes > HEADER_BYTES_MAX) {
            return Progress.BAD;
        }
        return switch (part) {
            case STATUS -> statusLine(bytes, from, to);
            case HEADERS -> from == to ? headerEnd() : header(bytes, from, to);
            case CHUNK_SIZE -> chunkSize(bytes, from, to);
            case CHUNK_END -> {
                part = Part.CHUNK_SIZE;
                headerBytes = 0;
                yield from == to ? Progress.MORE : Progress.BAD;
            }
            case TRAILERS -> from == to ? Progress.DONE : Progress.MORE;
            case BODY, BODY_UNTIL_CLOSE, CHUNK -> throw new IllegalStateException("a body has no lines");
        };
    }

    /** For example {@code HTTP/1.1 200 OK}. */
    private Progress statusLine(byte[] bytes, int from, int to) {
        if (from == to) {
            return Progress.MORE;
        }
        if (to - from < 12 || bytes[from] != 'H' || bytes[from + 5] != '1' || bytes[from + 8] != ' ') {
            return Progress.BAD;
        }
        for (int i = from + 9; i < from + 12; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Progress.BAD;
            }
            status = status * 10 + digit;
        }
        reusable = bytes[from + 7] != '0';
        part = Part.HEADERS;
        return Progress.MORE;
    }

    private Progress header(byte[] bytes, int from, int to) {
        switch (bytes[from] | 0x20) {
            case 'c' -> {
                if (isNamed(bytes, from, to, CONTENT_LENGTH)) {
                    bodyRest = number(bytes, from + CONTENT_LENGTH.length + 1, to);
                    return bodyRest < 0 ? Progress.BAD : Progress.MORE;
                }
                if (isNamed(bytes, from, to, CONNECTION)) {
                    reusable = text(bytes, from + CONNECTION.length + 1, to).equalsIgnoreCase("keep-alive")
                            || (reusable
                                    && !text(bytes, from + CONNECTION.length + 1, to)
                                            .equalsIgnoreCase("close"));
                }
            }
            case 't' -> {
                if (isNamed(bytes, from, to, TRANSFER_ENCODING)) {
                    chunked =
                            text(bytes, from + TRANSFER_ENCODING.length + 1, to).equalsIgnoreCase("chunked");
                }
            }
            case 'i' -> {
                if (keep && isNamed(bytes, from, to, JSON_LENGTH)) {
                    jsonLength = (int) Math.min(Integer.MAX_VALUE, number(bytes, from + JSON_LENGTH.length + 1, to));
                }
            }
            default -> {}
        }
        return Progress.MORE;
    }

    private static boolean isNamed(byte[] bytes, int from, int to, byte[] name) {
        if (to - from <= name.length || bytes[from + name.length] != ':') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((bytes[from + i] | 0x20) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII).strip();
    }

    /** A decimal number with blanks around it, or -1. */
    private static long number(byte[] bytes, int from, int to) {
        long value = -1;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9 && value < Long.MAX_VALUE / 20) {
                value = Math.max(0, value) * 10 + digit;
            } else if (bytes[i] != ' ' && bytes[i] != '\t') {
                return -1;
            }
        }
        return value;
    }

    private Progress headerEnd() {
        if (status < 200) {
            beginHeader();
            return Progress.MORE;
        }
        if (status == 204 || status == 304) {
            return Progress.DONE;
        }
        if (chunked) {
            part = Part.CHUNK_SIZE;
            headerBytes = 0;
            return Progress.MORE;
        }
        if (bodyRest == 0) {
            return Progress.DONE;
        }
        if (bodyRest < 0) {
            reusable = false;
            part = Part.BODY_UNTIL_CLOSE;
        } else {
            part = Part.BODY;
        }
        return Progress.MORE;
    }

    /** Hexadecimal digits, then perhaps an extension after a semicolon. */
    private Progress chunkSize(byte[] bytes, int from, int to) {
        long size = 0;
        int i = from;
        for (; i < to && Character.digit(bytes[i], 16) >= 0; i++) {
            size = size * 16 + Character.digit(bytes[i], 16);
        }
        if (i == from || i - from > CHUNK_DIGITS_MAX || (i < to && bytes[i] != ';' && bytes[i] != ' ')) {
            return Progress.BAD;
        }
        bodyRest = size;
        part = size == 0 ? Part.TRAILERS : Part.CHUNK;
        return Progress.MORE;
    }

    private Progress skipBody(ByteBuf in) {
        int length = (int) Math.min(bodyRest, in.readableBytes());
        take(in, length);
        bodyRest -= length;
        if (bodyRest > 0) {
            return Progress.MORE;
        }
        if (part == Part.BODY) {
            return Progress.DONE;
        }
        part = Part.CHUNK_END;
        return Progress.MORE;
    }

    private Progress skipAll(ByteBuf in) {
        take(in, in.readableBytes());
        return Progress.MORE;
    }

    private void take(ByteBuf in, int length) {
        if (keep && kept.size() + length > BODY_BYTES_KEPT_MAX) {
            keep = false;
            kept.reset();
        }
        if (keep) {
            byte[] bytes = new byte[length];
            in.readBytes(bytes);
            kept.writeBytes(bytes);
        } else {
            in.skipBytes(length);
        }
    }

    /** The status of the complete answer, in [200, 999]. */
    public int status() {
        return status;
    }

    /** Whether the connection may carry another request after the complete answer. */
    public boolean isReusable() {
        return reusable;
    }

    /** Whether the body of the complete answer was kept, which a long one is not. */
    public boolean hasBody() {
        return keep;
    }

    /** The JSON of the kept body: all of it, or what is before the binary tensors. */
    public byte[] json() {
        byte[] body = kept.toByteArray();
        return jsonLength < 0 ? body : Arrays.copyOf(body, Math.min(jsonLength, body.length));
    }
}
