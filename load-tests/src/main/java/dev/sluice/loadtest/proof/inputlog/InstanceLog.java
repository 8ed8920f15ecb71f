package dev.sluice.loadtest.proof.inputlog;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What one server process has left in the files of a log.
 *
 * <p>Threading: confined to its owner.
 */
public final class InstanceLog {
    private final String instance;
    private long records;
    private int segments;
    private int openSegments;
    private int interrupted;
    private long received;
    private long logged;
    private long sampledOut;
    private long dropped;

    InstanceLog(String instance) {
        this.instance = instance;
    }

    void segment(boolean open) {
        segments++;
        openSegments += open ? 1 : 0;
    }

    void record() {
        records++;
    }

    void window(JsonNode window) {
        received += window.path("received").asLong();
        logged += window.path("logged").asLong();
        sampledOut += window.path("sampled_out").asLong();
        window.path("dropped").forEach(count -> dropped += count.asLong());
        interrupted += window.path("interrupted").asBoolean() ? 1 : 0;
    }

    /** Names the process. */
    public String instance() {
        return instance;
    }

    /** Lines with a record. */
    public long records() {
        return records;
    }

    /** Files. */
    public int segments() {
        return segments;
    }

    /** Those that were not closed. */
    public int openSegments() {
        return openSegments;
    }

    /** Windows that were ended by the next process. */
    public int interrupted() {
        return interrupted;
    }

    /** What its windows say together; nothing is pending in them. */
    public ChannelCounts windows() {
        return new ChannelCounts(received, logged, dropped, sampledOut, 0, false);
    }
}
