package dev.sluice.loadtest.proof.logfaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Takes batches of events over HTTP, and knows which it has acknowledged.
 *
 * <p>Bound: the events of one fault; requests that hang let go after 10 s.
 *
 * <p>Threading: thread-safe; a thread of its own for each request.
 */
final class EventReceiver implements AutoCloseable {
    private static final long HANG_SECONDS_MAX = 10;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Set<String> events = new HashSet<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "events");
        thread.setDaemon(true);
        return thread;
    });
    private final int port;
    private HttpServer server;
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    private EventReceiver(HttpServer server) {
        this.server = server;
        this.port = server.getAddress().getPort();
    }

    static EventReceiver start() throws IOException {
        EventReceiver receiver = new EventReceiver(HttpServer.create(address(0), 0));
        receiver.listen();
        return receiver;
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void listen() {
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port + "/events";
    }

    /** Connections end, and no more are accepted. */
    void goAway() {
        server.stop(0);
    }

    /** Is where it was. */
    void comeBack() throws IOException {
        server = HttpServer.create(address(port), 0);
        listen();
    }

    /** From now on requests are read and not answered. */
    void hang() {
        hanging = new CountDownLatch(1);
    }

    /** Answers what comes; what hangs is closed without an answer. */
    void answer() {
        hanging.countDown();
        hanging = new CountDownLatch(0);
    }

    /** Different events that were acknowledged, by id and type. */
    int acknowledged() {
        synchronized (events) {
            return events.size();
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            CountDownLatch latch = hanging;
            if (latch.getCount() > 0) {
                latch.await(HANG_SECONDS_MAX, TimeUnit.SECONDS);
                return;
            }
            JsonNode batch = mapper.readTree(body);
            synchronized (events) {
                for (JsonNode event : batch) {
                    events.add(event.path("id").asText() + event.path("type").asText());
                }
            }
            exchange.sendResponseHeaders(202, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        threads.shutdownNow();
    }
}
