package dev.sluice.gateway.http;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compression of bodies: what a client sent, and what it can read.
 *
 * <p>Threading: immutable; inflating and deflating block and belong on a codec thread when the body is large.
 *
 * @see "RFC 9110, section 8.4.1 (content codings); RFC 1950 (zlib), RFC 1951 (deflate), RFC 1952 (gzip)"
 */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    /** What the server accepts, as a header value. */
    static final String ACCEPTED = "gzip, deflate";

    private static final int CHUNK = 16 << 10;

    /**
     * The coding of a {@code Content-Encoding} header.
     *
     * @throws InferenceException with UNSUPPORTED_MEDIA_TYPE for any other
     */
    static ContentCoding of(@Nullable String header) {
        if (header == null) {
            return IDENTITY;
        }
        return switch (header.trim().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            default ->
                throw new InferenceException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Encoding must be gzip, deflate or identity, got '" + Quoted.of(header) + "'");
        };
    }

    /** The best coding that an {@code Accept-Encoding} header allows. */
    static ContentCoding acceptable(@Nullable String header) {
        if (header == null) {
            return IDENTITY;
        }
        boolean deflate = false;
        int start = 0;
        while (start <= header.length()) {
            int end = header.indexOf(',', start);
            if (end < 0) {
                end = header.length();
            }
            String item = header.substring(start, end).trim().toLowerCase(Locale.ROOT);
            start = end + 1;
            int semicolon = item.indexOf(';');
            String name = semicolon < 0 ? item : item.substring(0, semicolon).trim();
            if (semicolon >= 0 && item.substring(semicolon + 1).replace(" ", "").matches("q=0(\\.0*)?")) {
                continue;
            }
            if (name.equals("gzip") || name.equals("*")) {
                return GZIP;
            }
            deflate |= name.equals("deflate");
        }
        return deflate ? DEFLATE : IDENTITY;
    }

    /** The header value. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Inflates a body.
     *
     * @param bytesMax most bytes that may come out; what is beyond is never produced
     * @param budget pays for the memory while it grows; what the result takes stays reserved, and is the caller's to release
     *     ({@link InflatedBody#release})
     * @throws InferenceException with INVALID_INPUT when the data is damaged or cut short, PAYLOAD_TOO_LARGE beyond the bound,
     *     OVERLOADED beyond the budget
     */
    InflatedBody inflate(byte[] body, int offset, int length, long bytesMax, HeapBudget budget) {
        InflatedBody inflated = new InflatedBody(budget);
        boolean done = false;
        try (InputStream in = inflater(body, offset, length)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (inflated.length() + (long) n > bytesMax) {
                    throw new InferenceException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "the inflated body exceeds the limit of " + bytesMax + " bytes (it was sent as " + length
                                    + " bytes of " + token() + ")");
                }
                inflated.append(chunk, n);
            }
            done = true;
            return inflated;
        } catch (IOException e) {
            throw InferenceException.invalidInput("the body is not complete, valid " + token() + " data");
        } finally {
            if (!done) {
                inflated.release();
            }
        }
    }

    private InputStream inflater(byte[] body, int offset, int length) throws IOException {
        InputStream in = new ByteArrayInputStream(body, offset, length);
        return switch (this) {
            case IDENTITY -> in;
            case GZIP -> new GZIPInputStream(in, CHUNK);
            case DEFLATE ->
                new InflaterInputStream(in, new Inflater(!isZlib(body, offset, length)), CHUNK) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        inf.end();
                    }
                };
        };
    }

    /** "deflate" is zlib by the standard; some clients send it without the zlib header. */
    private static boolean isZlib(byte[] body, int offset, int length) {
        return length >= 2
                && (body[offset] & 0x0f) == 8
                && (((body[offset] & 0xff) << 8) | (body[offset + 1] & 0xff)) % 31 == 0;
    }

    /** The body, compressed for speed rather than size. */
    byte[] deflate(byte[] body, int offset, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, length / 2));
        try (OutputStream compressed = deflater(out)) {
            compressed.write(body, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private OutputStream deflater(OutputStream out) throws IOException {
        return switch (this) {
            case IDENTITY -> out;
            case GZIP -> new FastGzip(out);
            case DEFLATE -> new FastDeflate(out);
        };
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, CHUNK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private static final class FastDeflate extends DeflaterOutputStream {
        FastDeflate(OutputStream out) {
            super(out, new Deflater(Deflater.BEST_SPEED), CHUNK);
        }

        @Override
        public void close() throws IOException {
            super.close();
            def.end();
        }
    }
}
