package dev.sluice.gateway.events;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that takes events and answers as it is told to. */
final class Receiver implements AutoCloseable {
    private final List<String> requests = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger atOnceMax = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Answer answer = Receiver::accept;

    /** How requests are answered. */
    interface Answer {
        /** Answers the {@code number}th request, from 1 on. */
        void to(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    Receiver() throws IOException {
        this(0);
    }

    /** One on a port that is free again. */
    Receiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port() + "/events?from=sluice");
    }

    int port() {
        return server.getAddress().getPort();
    }

    Receiver answering(Answer with) {
        answer = with;
        return this;
    }

    /** All requests so far, as golden files show them. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** Type and id of each event that came alone; for batches {@code batch}. */
    synchronized List<String> ids() {
        return List.copyOf(ids);
    }

    /** Most requests that were there at the same time. */
    int atOnceMax() {
        return atOnceMax.get();
    }

    static void accept(HttpExchange exchange, int number) throws IOException {
        status(exchange, 204);
    }

    static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private void handle(HttpExchange exchange) throws IOException {
        atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int number;
            synchronized (this) {
                requests.add(GoldenEvents.render(headers(exchange), body));
                ids.add(event(exchange.getRequestHeaders()));
                number = requests.size();
            }
            answer.to(exchange, number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            atOnce.decrementAndGet();
            exchange.close();
        }
    }

    private static String event(Headers headers) {
        String type = headers.getFirst("ce-type");
        return type == null ? "batch" : type.substring(type.lastIndexOf('.') + 1) + " " + headers.getFirst("ce-id");
    }

    private static Map<String, String> headers(HttpExchange exchange) {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        headers.remove("host");
        headers.put("(line)", exchange.getRequestMethod() + " " + exchange.getRequestURI());
        return headers;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
