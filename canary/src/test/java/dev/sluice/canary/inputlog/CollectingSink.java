package dev.sluice.canary.inputlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Keeps in memory what it is given; fails, refuses or stalls when told to. */
final class CollectingSink implements LogSink {
    private final List<String> collected = new ArrayList<>();
    private final List<String> flushed = new ArrayList<>();
    private final List<WindowCounts> windows = new ArrayList<>();
    private volatile boolean broken;
    private volatile int refusedPerFlush;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public synchronized void add(InferenceRecord record) throws UnwritableRecordException {
        String id = record.head().predictionId();
        if (id.startsWith("unwritable")) {
            throw new UnwritableRecordException("record " + id + " cannot be written");
        }
        collected.add(record.isDigest() ? id + " digest" : id);
    }

    @Override
    public synchronized boolean isFull() {
        return collected.size() >= 8;
    }

    @Override
    public int flush() throws IOException {
        awaitGate();
        if (broken) {
            throw new IOException("no space left on device");
        }
        synchronized (this) {
            int refused = Math.min(refusedPerFlush, collected.size());
            flushed.addAll(collected.subList(refused, collected.size()));
            collected.clear();
            return refused;
        }
    }

    @Override
    public void windowEnded(WindowCounts counts) throws IOException {
        awaitGate();
        if (broken) {
            throw new IOException("no space left on device");
        }
        synchronized (this) {
            windows.add(counts);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    void breakDown() {
        broken = true;
    }

    void repair() {
        broken = false;
    }

    void refuse(int each) {
        refusedPerFlush = each;
    }

    /** From now on it does not come back until the latch is open. */
    void stall(CountDownLatch latch) {
        gate = latch;
    }

    synchronized List<String> flushed() {
        return List.copyOf(flushed);
    }

    synchronized List<WindowCounts> windows() {
        return List.copyOf(windows);
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void awaitGate() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
