package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.io.IOException;
import java.util.List;

/**
 * Events that are sent to a receiver, which goes away or hangs.
 *
 * <p>Threading: confined to the main thread.
 *
 * @param hangs whether it accepts events and does not answer, and is not away
 */
record ReceiverFault(EventReceiver receiver, boolean hangs) implements Fault {
    @Override
    public String channel() {
        return "events";
    }

    @Override
    public List<String> settings() {
        return List.of(
                "log.files=false", "log.events.url=" + receiver.url(), "log.events.batch=100", "log.events.timeout=1s");
    }

    @Override
    public void begin() {
        if (hangs) {
            receiver.hang();
        } else {
            receiver.goAway();
        }
    }

    @Override
    public void end() throws IOException {
        if (hangs) {
            receiver.answer();
        } else {
            receiver.comeBack();
        }
    }

    @Override
    public List<String> complaints(ChannelCounts counts) {
        int events = receiver.acknowledged();
        return events == 2 * counts.logged()
                ? List.of()
                : List.of(
                        "the receiver must have two events for each of " + counts.logged() + " records, got " + events);
    }

    @Override
    public void close() {
        receiver.close();
    }
}
