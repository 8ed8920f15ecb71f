package dev.sluice.gateway.events;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends deliveries to the one receiver, several at a time over connections that are kept.
 *
 * <p>No more are begun once one has failed, so that a receiver that is away costs one timeout and not one for each event.
 *
 * <p>Threading: confined to the channel's thread, which waits for the answers.
 */
final class EventSender {
    /** Most requests at a time. */
    static final int IN_FLIGHT_MAX = 8;

    /** What a receiver may ask to wait counts up to here. */
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(1);
    /** How long a call waits for the receiver's time to come before it tells that it has not. */
    private static final long WAIT_NANOS_MAX = 1_000_000_000L;

    private final HttpClient http;
    private final Duration timeout;
    private final InstantSource clock;
    private boolean waiting;
    private long notBeforeNanos;

    /**
     * @param timeout of one request, from its first byte to the last of its answer
     * @param clock that a receiver's times are compared with
     */
    EventSender(Duration timeout, InstantSource clock) {
        this.timeout = timeout;
        this.clock = clock;
        // No proxy and no redirect: nothing but the receiver is ever spoken to.
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(timeout)
                .build();
    }

    /** A request under way. */
    private record Attempt(Delivery delivery, CompletableFuture<HttpResponse<Void>> answer, long endNanos) {}

    /**
     * Why one could not be delivered now.
     *
     * @param connection whether the connection broke, as one does that the receiver closed while nobody used it
     */
    private record Failure(String reason, boolean connection) {}

    /**
     * Sends them, and tells each what has become of it.
     *
     * @throws IOException if some are still open: the receiver does not answer, or asks to be asked again later
     */
    void send(List<Delivery> deliveries) throws IOException {
        awaitReceiver();
        Failure failure = round(deliveries);
        if (failure != null && failure.connection()) {
            failure = round(deliveries);
        }
        if (failure != null) {
            throw new IOException(failure.reason());
        }
    }

    private void awaitReceiver() throws IOException {
        if (!waiting) {
            return;
        }
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        for (long now = System.nanoTime(); now - notBeforeNanos < 0; now = System.nanoTime()) {
            if (now - end >= 0 || Thread.currentThread().isInterrupted()) {
                throw new IOException("the receiver asks to wait for "
                        + TimeUnit.NANOSECONDS.toMillis(notBeforeNanos - now) + " ms more");
            }
            LockSupport.parkNanos(Math.min(notBeforeNanos - now, end - now));
        }
        waiting = false;
    }

    /** Sends all that are open; null when none of them is any more. */
    private @Nullable Failure round(List<Delivery> deliveries) throws IOException {
        // One for each round: late answers of an earlier one find nobody.
        BlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();
        ArrayDeque<Attempt> flying = new ArrayDeque<>(IN_FLIGHT_MAX);
        Iterator<Delivery> open = deliveries.stream()
                .filter(delivery -> delivery.fate() == Delivery.Fate.OPEN)
                .iterator();
        Failure failure = null;
        try {
            while (true) {
                while (failure == null && flying.size() < IN_FLIGHT_MAX && open.hasNext()) {
                    flying.add(begin(open.next(), ended));
                }
                Attempt oldest = flying.peekFirst();
                if (oldest == null) {
                    return failure;
                }
                Attempt done = ended.poll(oldest.endNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (done == null) {
                    oldest.answer().cancel(true);
                    flying.removeFirst();
                    failure = first(failure, timedOut());
                } else if (flying.remove(done)) {
                    failure = first(failure, judge(done));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the receiver was waited for");
        } finally {
            flying.forEach(attempt -> attempt.answer().cancel(true));
        }
    }

    private Attempt begin(Delivery delivery, BlockingQueue<Attempt> ended) {
        CompletableFuture<HttpResponse<Void>> answer =
                http.sendAsync(delivery.request(), HttpResponse.BodyHandlers.discarding());
        Attempt attempt = new Attempt(delivery, answer, System.nanoTime() + timeout.toNanos());
        CompletableFuture<HttpResponse<Void>> unused = answer.whenComplete((response, failure) -> ended.add(attempt));
        return attempt;
    }

    /** Tells the delivery its fate; null when it has one. */
    private @Nullable Failure judge(Attempt attempt) {
        HttpResponse<Void> response;
        try {
            response = attempt.answer().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof HttpTimeoutException
                    ? timedOut()
                    : new Failure("the receiver cannot be reached: " + cause, true);
        }
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            attempt.delivery().taken();
            return null;
        }
        if (status >= 400 && status < 500 && status != 408 && status != 425 && status != 429) {
            attempt.delivery().refused();
            return null;
        }
        response.headers().firstValue("retry-after").ifPresent(this::waitAsAsked);
        return new Failure(
                "the receiver answered " + status + (status < 400 ? ", and redirects are not followed" : ""), false);
    }

    private void waitAsAsked(String retryAfter) {
        Duration time = RetryAfter.parse(retryAfter, RETRY_AFTER_MAX, clock);
        if (!time.isZero()) {
            notBeforeNanos = System.nanoTime() + time.toNanos();
            waiting = true;
        }
    }

    private Failure timedOut() {
        return new Failure("the receiver did not answer within " + timeout.toMillis() + " ms", false);
    }

    private static @Nullable Failure first(@Nullable Failure one, @Nullable Failure other) {
        return one == null ? other : one;
    }
}
