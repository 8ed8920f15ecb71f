package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Checks what a log says about itself: that for every window received = logged + dropped + sampled out, that its records are there
 * and unchanged, and that neither windows nor segments are missing.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
public final class LogVerifier {
    private LogVerifier() {}

    /**
     * Reads all files.
     *
     * @param files in order of time, as {@link LogFolder} lists them
     * @param progress is told how many bytes were read since it was told last, as they lie on the disk
     * @throws IOException if a file cannot be read at all
     */
    public static LogVerification verify(List<LogFile> files, LongConsumer progress) throws IOException {
        VerifiedSums sums = new VerifiedSums();
        for (LogFile file : files) {
            verify(file, sums, progress);
        }
        return sums.finish();
    }

    private static void verify(LogFile file, VerifiedSums sums, LongConsumer progress) throws IOException {
        long told = 0;
        VerifiedFile verified = new VerifiedFile(file, sums);
        try (LogCursor cursor = file.open()) {
            boolean more = true;
            while (more) {
                more = next(cursor, verified);
                progress.accept(cursor.bytesRead() - told);
                told = cursor.bytesRead();
            }
            verified.end(cursor);
            sums.file(cursor.bytesRead());
        } catch (LogFormatException e) {
            // Not even the head of a compressed file could be read.
            verified.damaged(e);
            sums.file(file.byteSize());
        }
    }

    private static boolean next(LogCursor cursor, VerifiedFile verified) throws IOException {
        try {
            LogLine line = cursor.next();
            if (line == null) {
                return false;
            }
            verified.line(line, cursor);
        } catch (LogFormatException e) {
            verified.damaged(e);
        }
        return true;
    }
}
