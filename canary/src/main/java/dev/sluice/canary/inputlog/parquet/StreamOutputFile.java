package dev.sluice.canary.inputlog.parquet;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A stream as Parquet's writer wants it: it asks where it is.
 *
 * <p>Threading: confined to one thread.
 */
final class StreamOutputFile implements OutputFile {
    private final OutputStream to;

    /**
     * @param to stays open
     */
    StreamOutputFile(OutputStream to) {
        this.to = to;
    }

    @Override
    public PositionOutputStream create(long blockSize) {
        return new Positioned(to);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
        return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    private static final class Positioned extends PositionOutputStream {
        private final OutputStream to;
        private long position;

        Positioned(OutputStream to) {
            this.to = to;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            to.write(b);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            to.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.flush();
        }
    }
}
