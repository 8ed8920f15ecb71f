package dev.sluice.gateway.config;

import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.jsonl.Sync;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where requests are recorded. Which, each model says itself.
 *
 * <p>Threading: immutable.
 *
 * @param files whether files are written
 * @param dir folder of the files; empty = chosen
 * @param queueBytesMax most bytes that records on their way to each receiver keep in memory
 * @param whenFull what becomes of records beyond that
 * @param recordBytesMax most bytes of one record as it is written
 * @param flush longest time until a record is where it survives the process
 * @param sync when files are forced to the device
 * @param window length of the windows whose sums stand in the log
 * @param segmentBytesMax a file ends when it is larger
 * @param segmentTime a file ends when it is older
 * @param rotated what becomes of a file that has ended
 * @param keepBytesMax most bytes of files that have ended
 * @param events where records are sent as CloudEvents; empty = nowhere
 * @param eventsBatch events in one request
 * @param eventsTimeout longest time of one such request
 * @param hashKey key of the hashes that replace values; empty = values to be hashed are dropped
 */
public record InputLogConfig(
        boolean files,
        Optional<Path> dir,
        long queueBytesMax,
        WhenFull whenFull,
        long recordBytesMax,
        Duration flush,
        Sync sync,
        Duration window,
        long segmentBytesMax,
        Duration segmentTime,
        Rotated rotated,
        long keepBytesMax,
        Optional<URI> events,
        int eventsBatch,
        Duration eventsTimeout,
        Optional<Secret> hashKey) {
    /** The environment variable that holds {@code hashKey}. */
    public static final String HASH_KEY_VARIABLE = "SLUICE_LOG_KEY";

    /** Fewest characters of it. */
    static final int HASH_KEY_LENGTH_MIN = 16;

    /**
     * A URL that events can be sent to.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static URI eventsUrl(String text) {
        URI url = URI.create(text);
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException("no http or https URL: " + text);
        }
        return url;
    }

    /** What becomes of a file that has ended. */
    public enum Rotated {
        PLAIN,
        GZIP,
        PARQUET
    }
}
