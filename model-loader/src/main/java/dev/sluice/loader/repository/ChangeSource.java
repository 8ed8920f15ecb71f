package dev.sluice.loader.repository;

import java.io.IOException;

/**
 * Notices that something in the repository's folders changed; does not say what.
 *
 * <p>Threading: {@link #close} may be called from any thread, everything else belongs to the watching thread.
 */
interface ChangeSource extends AutoCloseable {
    /**
     * Learns which folders there are now, before the repository is looked at; changes after this are noticed.
     *
     * @throws IOException when changes cannot be noticed this way any more
     */
    void resync() throws IOException;

    /**
     * Waits for a change.
     *
     * @return whether there was one; false when the time is over or this was closed
     * @throws IOException when changes cannot be noticed this way any more
     */
    boolean await(long nanos) throws IOException, InterruptedException;

    /** Folders that the operating system watches. */
    int folders();

    @Override
    void close();
}
