package dev.sluice.loader.repository;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Repeats reads of the model repository that failed and may not fail again, as on a network file system.
 *
 * <p>At most {@value #ATTEMPTS_MAX} attempts with pauses that double and vary by half, so that many gateways that lost the same
 * server do not come back at once. What a second attempt cannot help is not repeated: a file that is not there, access denied,
 * contents that break a rule.
 *
 * <p>Threading: thread-safe; pauses on the calling thread.
 */
public final class ReadRetry {
    /** How often something is tried. */
    static final int ATTEMPTS_MAX = 4;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final double GROWTH = 2;
    private static final double JITTER = 0.5;

    private final LongAdder retries = new LongAdder();
    private final Retry retry;

    /** With the usual pauses, from {@code 100 ms} on. */
    public ReadRetry() {
        this(PAUSE);
    }

    /**
     * @param firstPause before the second attempt, 1 ms or more
     */
    ReadRetry(Duration firstPause) {
        retry = Retry.of(
                "repository",
                RetryConfig.custom()
                        .maxAttempts(ATTEMPTS_MAX)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(firstPause, GROWTH, JITTER))
                        .retryOnException(ReadRetry::isTransient)
                        .retryOnResult(result -> result instanceof Incomplete incomplete && incomplete.mayHelp())
                        .build());
        retry.getEventPublisher().onRetry(event -> retries.increment());
    }

    /** A result that says itself whether another attempt may be better. */
    public interface Incomplete {
        /** Whether it may be. */
        boolean mayHelp();
    }

    /** Something that reads. */
    @FunctionalInterface
    public interface Read<T> {
        T read() throws IOException;
    }

    /** Reads, again where that may help; what the last attempt gives or throws counts. */
    public <T> T call(Read<T> read) throws IOException {
        try {
            return retry.executeCallable(read::read);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** How often something was tried again, since this was made. */
    public long retries() {
        return retries.sum();
    }

    /** Whether something failed that may not fail again. */
    public static boolean isTransient(Throwable failure) {
        if (failure instanceof RepositoryException repository) {
            return repository.getCause() instanceof IOException cause && isTransient(cause);
        }
        return failure instanceof IOException
                && !(failure instanceof NoSuchFileException
                        || failure instanceof AccessDeniedException
                        || failure instanceof NotDirectoryException
                        || failure instanceof FileSystemLoopException
                        || failure instanceof CharacterCodingException
                        || failure instanceof ManifestException);
    }
}
