package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is not what a file of the input log must be; the message names the file, the line, the expected and the actual.
 *
 * <p>Threading: immutable.
 */
public final class LogFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long line;
    private final String reason;
    private final boolean foreign;

    public LogFormatException(String message) {
        this(message, 0, message, false);
    }

    private LogFormatException(String message, long line, String reason, boolean foreign) {
        super(message);
        this.line = line;
        this.reason = reason;
        this.foreign = foreign;
    }

    static LogFormatException at(Path file, long line, String reason) {
        return new LogFormatException(file + ":" + line + ": " + reason, line, reason, false);
    }

    static LogFormatException at(Path file, long line, MalformedLineException reason) {
        return new LogFormatException(
                file + ":" + line + ": " + reason.reason(), line, reason.reason(), reason.isWhole());
    }

    static LogFormatException of(Path file, String reason) {
        return new LogFormatException(file + ": " + reason, 0, reason, false);
    }

    /** Number of the line, from 1 on; 0 for the whole file. */
    long line() {
        return line;
    }

    /** The message without the place. */
    String reason() {
        return reason;
    }

    /** True when the line is whole, but of a schema or kind that is not known here. */
    boolean isForeign() {
        return foreign;
    }
}
