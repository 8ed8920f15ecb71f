package dev.sluice.gateway.events;

import java.net.http.HttpRequest;

/**
 * One HTTP request with the events of one record or of several, and what has become of it.
 *
 * <p>Threading: confined to the channel's thread.
 */
final class Delivery {
    private final HttpRequest request;
    private final int firstRecord;
    private final int lastRecord;
    private Fate fate = Fate.OPEN;

    /** What has become of it. */
    enum Fate {
        /** It has still to be sent, or to be sent again. */
        OPEN,
        /** The receiver has taken it. */
        TAKEN,
        /** The receiver will never take it. */
        REFUSED
    }

    /**
     * @param firstRecord number of the first record of which it has events
     * @param lastRecord number of the last such record
     */
    Delivery(HttpRequest request, int firstRecord, int lastRecord) {
        this.request = request;
        this.firstRecord = firstRecord;
        this.lastRecord = lastRecord;
    }

    HttpRequest request() {
        return request;
    }

    int firstRecord() {
        return firstRecord;
    }

    int lastRecord() {
        return lastRecord;
    }

    Fate fate() {
        return fate;
    }

    void taken() {
        fate = Fate.TAKEN;
    }

    void refused() {
        fate = Fate.REFUSED;
    }
}
