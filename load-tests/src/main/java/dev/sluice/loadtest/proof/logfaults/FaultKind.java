package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What fails.
 *
 * <p>Threading: immutable.
 */
enum FaultKind {
    /** Nothing: tells how much latencies differ anyway. */
    NONE("no fault"),
    /** Writes to the file system of the files block. */
    STALLED_DISK("disk stalls"),
    /** The file system of the files has no room. */
    FULL_DISK("disk is full"),
    /** Nobody listens where events are sent. */
    RECEIVER_AWAY("receiver is away"),
    /** Events are accepted there and never answered. */
    RECEIVER_HANGS("receiver hangs");

    private final String words;

    FaultKind(String words) {
        this.words = words;
    }

    /** As reports spell it. */
    String words() {
        return words;
    }

    /**
     * Makes what can fail, and works still.
     *
     * @param folder of its own
     * @param bytes that are written there at most
     * @throws CannotMeasureException if this machine has not what it takes
     */
    Fault prepare(Path folder, long bytes) throws IOException, CannotMeasureException, InterruptedException {
        return switch (this) {
            case NONE -> new NoFault(folder);
            case STALLED_DISK -> StalledDisk.mount(folder, bytes);
            case FULL_DISK -> FullDisk.mount(folder, bytes);
            case RECEIVER_AWAY, RECEIVER_HANGS -> new ReceiverFault(EventReceiver.start(), this == RECEIVER_HANGS);
        };
    }
}
