package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The same lines, compressed. Of the levels the fastest: for records of tables it takes a third of the default's time, and makes files a
 * tenth larger.
 *
 * <p>Threading: stateless.
 */
public final class GzipRewriter implements SegmentRewriter {
    private static final int BUFFER_BYTES = 1 << 16;

    @Override
    public String suffix() {
        return SegmentName.GZIP;
    }

    @Override
    public void rewrite(LogFile segment, OutputStream to) throws IOException {
        FastGzip gzip = new FastGzip(to);
        try (InputStream lines = Files.newInputStream(segment.path())) {
            lines.transferTo(gzip);
            gzip.finish();
        } finally {
            gzip.end();
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream to) throws IOException {
            super(to, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }

        /** Gives the compressor's memory back; what is written into stays open. */
        void end() {
            def.end();
        }
    }
}
