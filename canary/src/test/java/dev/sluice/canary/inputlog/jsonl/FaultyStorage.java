package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The machine's files, with faults as a test wants them. */
final class FaultyStorage implements LogStorage {
    private final DiskStorage real = new DiskStorage();
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private volatile Set<Call> failing = Set.of();
    /** Bytes of a write that still get there before it fails. */
    private volatile int bytesBeforeFailure;

    /** Largest size of a file. */
    private volatile long fileBytesMax = Long.MAX_VALUE;

    /** What is done to a file or folder. */
    enum Call {
        CREATE_FOLDER,
        CREATE,
        REOPEN,
        RENAME,
        SYNC_FOLDER,
        WRITE,
        TRUNCATE,
        FORCE
    }

    /** From now on these fail, and no others. */
    void fail(Call... which) {
        failing = Set.of(which);
    }

    /** Failing writes get so far. */
    void failAfterBytes(int bytes) {
        bytesBeforeFailure = bytes;
    }

    /** From now on the disk is full when a file gets larger than this. */
    void failBeyondBytes(long bytes) {
        fileBytesMax = bytes;
    }

    List<Call> calls() {
        return calls;
    }

    private void before(Call call) throws IOException {
        calls.add(call);
        if (failing.contains(call)) {
            throw new IOException("no " + call);
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        before(Call.CREATE_FOLDER);
        real.createFolder(folder);
    }

    @Override
    public Output create(Path file) throws IOException {
        before(Call.CREATE);
        return new FaultyOutput(real.create(file));
    }

    @Override
    public Output reopen(Path file) throws IOException {
        before(Call.REOPEN);
        return new FaultyOutput(real.reopen(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        before(Call.RENAME);
        real.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        real.delete(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        before(Call.SYNC_FOLDER);
        real.syncFolder(folder);
    }

    private final class FaultyOutput implements Output {
        private final Output file;

        FaultyOutput(Output file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            try {
                before(Call.WRITE);
                if (at + bytes.remaining() > fileBytesMax) {
                    throw new IOException("no space");
                }
            } catch (IOException e) {
                ByteBuffer part = bytes.duplicate();
                part.limit(Math.min(part.limit(), part.position() + bytesBeforeFailure));
                file.write(part, at);
                throw e;
            }
            file.write(bytes, at);
        }

        @Override
        public void truncate(long size) throws IOException {
            before(Call.TRUNCATE);
            file.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void force() throws IOException {
            before(Call.FORCE);
            file.force();
        }

        @Override
        public boolean isAt(Path path) {
            return file.isAt(path);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
