package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.CannotMeasureException;
import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.io.IOException;
import java.util.List;

/**
 * Where records go, which can be made to fail.
 *
 * <p>Threading: confined to the main thread.
 */
interface Fault extends AutoCloseable {
    /** The channel whose records go there. */
    String channel();

    /** Settings of the server that send its records there. */
    List<String> settings();

    /** From now on it fails. */
    void begin() throws IOException, CannotMeasureException, InterruptedException;

    /** It works again. */
    void end() throws IOException, CannotMeasureException, InterruptedException;

    /**
     * What is wrong with what arrived there, once the server has ended.
     *
     * @param counts what the server said last
     */
    List<String> complaints(ChannelCounts counts) throws IOException;

    /** Takes it away, whatever state it is in. */
    @Override
    void close();
}
