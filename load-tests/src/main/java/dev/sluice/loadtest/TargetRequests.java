package dev.sluice.loadtest;

import java.util.List;

/**
 * The requests of one target, sent in turn by one event loop.
 *
 * <p>Threading: confined to one event loop; the requests themselves are shared.
 */
final class TargetRequests {
    private final List<PreparedRequest> requests;
    private final AnswerCheck check;
    private int next;

    /** @param requests at least one */
    TargetRequests(List<PreparedRequest> requests, AnswerCheck check) {
        this.requests = requests;
        this.check = check;
    }

    PreparedRequest next() {
        PreparedRequest request = requests.get(next);
        next = next + 1 == requests.size() ? 0 : next + 1;
        return request;
    }

    AnswerCheck check() {
        return check;
    }
}
