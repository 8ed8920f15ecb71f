package dev.sluice.gateway.replay;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.util.List;

/**
 * A logged request, what it was answered then, and what the candidate answers.
 *
 * <p>Threading: immutable.
 *
 * @param record as it was logged
 * @param answer of the candidate; its response in the form in which the log has the other
 * @param outcome what that comes to
 * @param outputs how each output differs; empty where one side has no answer
 */
record Comparison(LoggedRecord record, CandidateAnswer answer, Outcome outcome, List<OutputDifference> outputs) {
    /** What a comparison comes to. */
    enum Outcome {
        /** All outputs are equal, bit for bit. */
        EQUAL("equal"),
        /** An output differs. */
        DIFFERENT("different"),
        /** The request failed then, and is answered now. */
        ANSWERED_NOW("answered_now"),
        /** It failed then, and fails now with the same code. */
        FAILED_ALIKE("failed_alike"),
        /** The candidate does not answer. */
        FAILED("failed");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** As it is written. */
        String word() {
            return word;
        }
    }

    Comparison {
        outputs = List.copyOf(outputs);
    }

    /** Whether an output is further off than the tolerance. */
    boolean isBeyondTolerance() {
        return outcome == Outcome.DIFFERENT && outputs.stream().anyMatch(output -> !output.within());
    }
}
