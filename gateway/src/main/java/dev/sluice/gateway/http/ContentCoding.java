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
     * The inflated body.
     *
     * @param bytesMax most bytes that may come out; what is beyond is never produced
     * @throws InferenceException with INVALID_INPUT when the data is damaged or cut short, PAYLOAD_TOO_LARGE beyond the bound
     */
    byte[] inflate(byte[] body, int offset, int length, long bytesMax) {
        try (InputStream in = inflater(body, offset, length)) {
            ByteArrayOutputStream out =
                    new ByteArrayOutputStream((int) Math.min(bytesMax, Math.max(CHUNK, 4L * length)));
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (out.size() + (long) n > bytesMax) {
                    throw new InferenceException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "the inflated body exceeds the limit of " + bytesMax + " bytes (it was sent as " + length
                                    + " bytes of " + token() + ")");
                }
                out.write(chunk, 0, n);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw InferenceException.invalidInput("the body is not complete, valid " + token() + " data");
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
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream compressed = switch (this) {
            case IDENTITY -> out;
            case GZIP -> new GZIPOutputStream(out, CHUNK);
            case DEFLATE -> new DeflaterOutputStream(out, deflater, CHUNK);
        }) {
            compressed.write(body, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }
}
