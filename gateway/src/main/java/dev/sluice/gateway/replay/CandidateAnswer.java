package dev.sluice.gateway.replay;

import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import java.util.Optional;

/**
 * What a candidate did with a request.
 *
 * <p>Threading: immutable.
 *
 * @param status {@link #ANSWERED}, {@link #UNREACHABLE}, or the name of the error code
 * @param message why there is no answer; empty for an answer
 * @param latencyNanos from sending the request to the last byte of the answer
 * @param response the answer's body, outputs in binary form
 */
record CandidateAnswer(String status, String message, long latencyNanos, Optional<LoggedBody> response) {
    static final String ANSWERED = "answered";
    /** No answer came at all. */
    static final String UNREACHABLE = "UNREACHABLE";

    boolean answered() {
        return response.isPresent();
    }
}
