package dev.sluice.loadtest.proof.killlog;

import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.util.List;

/**
 * One kill, and what was found of the log after it.
 *
 * <p>Threading: immutable.
 *
 * @param number from 1
 * @param afterNanos from the beginning of the load to the kill
 * @param said what the server said last about its records before it was killed
 * @param readable records that were there after the next start
 * @param segments files that they are in
 * @param interrupted whether a window had to be ended by the next process
 * @param recoveredNanos from the first request to the next process until all files of the killed one were closed; -1 if they
 *     were not
 * @param complaints what was wrong
 */
record LogKill(
        int number,
        long afterNanos,
        ChannelCounts said,
        long readable,
        int segments,
        boolean interrupted,
        long recoveredNanos,
        List<String> complaints) {
    LogKill {
        complaints = List.copyOf(complaints);
    }
}
