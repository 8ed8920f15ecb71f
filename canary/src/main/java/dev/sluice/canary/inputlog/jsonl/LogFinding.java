package dev.sluice.canary.inputlog.jsonl;

import java.nio.file.Path;

/**
 * Something about a file of the input log that is worth saying.
 *
 * <p>Threading: immutable.
 *
 * @param file where it is
 * @param line number of the line, from 1 on; 0 for the whole file
 * @param kind whether it is as it must not be
 * @param message what was expected, and what is there
 */
public record LogFinding(Path file, long line, Kind kind, String message) {
    /** Whether something is as it must not be. */
    public enum Kind {
        /** It explains itself, for example by a process that was killed. */
        NOTE,
        /** Something is lost or was changed. */
        DAMAGE
    }

    /** {@code file:line: message}. */
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : file + ":" + line + ": " + message;
    }
}
