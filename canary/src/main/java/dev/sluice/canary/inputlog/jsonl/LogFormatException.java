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

    public LogFormatException(String message) {
        super(message);
    }

    static LogFormatException at(Path file, long line, String what) {
        return new LogFormatException(file + ":" + line + ": " + what);
    }
}
