package dev.sluice.loadtest;

import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keep-alive connections of one event loop, and the requests that wait for one.
 *
 * <p>A request takes the most recently used idle connection, else opens one, else waits in the backlog; its clock runs
 * from its intended time in every case. Bounds: {@code connectionsMax} connections; {@code backlogMax} waiting
 * requests, beyond which a request ends as {@link FailureKind#UNSENT}.
 *
 * <p>Threading: confined to one event loop.
 */
final class LoadConnections {
    private final HttpClientAgent client;
    private final HttpConnectOptions connectOptions;
    private final List<PreparedRequest> requests;
    private final int connectionsMax;
    private final long timeoutNanos;
    private final OutcomeHandler outcomes;
    private final Set<ConnectionSlot> slots = new LinkedHashSet<>();
    private final ArrayDeque<ConnectionSlot> idle = new ArrayDeque<>();
    private final LongQueue backlog;
    private int nextRequest;
    private int busyCount;
    private boolean closed;

    LoadConnections(
            HttpClientAgent client,
            LoadPlan plan,
            List<PreparedRequest> requests,
            int connectionsMax,
            int backlogMax,
            OutcomeHandler outcomes) {
        this.client = client;
        this.requests = requests;
        this.connectionsMax = connectionsMax;
        this.timeoutNanos = plan.timeout().toNanos();
        this.outcomes = outcomes;
        this.backlog = new LongQueue(backlogMax);
        this.connectOptions = new HttpConnectOptions()
                .setHost(plan.url().getHost())
                .setPort(plan.port())
                .setConnectTimeout(Math.max(1, plan.timeout().toMillis()));
    }

    /** Sends one request, now or as soon as a connection is free. */
    void send(long intendedNanos) {
        ConnectionSlot slot = idle.pollLast();
        if (slot != null) {
            busyCount++;
            slot.send(intendedNanos, nextRequest());
        } else if (slots.size() < connectionsMax) {
            open(intendedNanos);
        } else if (!backlog.offer(intendedNanos)) {
            outcomes.ended(intendedNanos, FailureKind.UNSENT.code());
        }
    }

    private PreparedRequest nextRequest() {
        PreparedRequest request = requests.get(nextRequest);
        nextRequest = (nextRequest + 1) % requests.size();
        return request;
    }

    private void open(long intendedNanos) {
        ConnectionSlot slot = new ConnectionSlot(this, intendedNanos);
        slots.add(slot);
        busyCount++;
        client.connect(connectOptions).onComplete(connected -> {
            if (closed || !slot.isBusy()) {
                // The request has timed out meanwhile, and its slot with it.
                if (connected.succeeded()) {
                    connected.result().close();
                }
            } else if (connected.failed()) {
                slot.abort(FailureKind.CONNECT.code());
            } else {
                slot.opened(connected.result(), nextRequest());
            }
        });
    }

    /** Called by a slot when its request has ended. */
    void exchangeEnded(ConnectionSlot slot, long intendedNanos, int outcome, boolean reusable) {
        busyCount--;
        if (!reusable) {
            slots.remove(slot);
        } else {
            idle.addLast(slot);
        }
        if (!backlog.isEmpty() && !closed) {
            send(backlog.poll());
        }
        outcomes.ended(intendedNanos, outcome);
    }

    /** Called when a slot's connection has closed, whoever closed it. */
    void connectionClosed(ConnectionSlot slot) {
        if (slot.isBusy()) {
            slot.abort(FailureKind.RESET.code());
        } else {
            slots.remove(slot);
            idle.remove(slot);
        }
    }

    /** Ends every request, sent or waiting, whose timeout has passed. */
    void endOverdue(long nowNanos) {
        List<ConnectionSlot> overdue = new ArrayList<>();
        for (ConnectionSlot slot : slots) {
            if (slot.isBusy() && nowNanos - slot.intendedNanos() >= timeoutNanos) {
                overdue.add(slot);
            }
        }
        while (!backlog.isEmpty() && nowNanos - backlog.peek() >= timeoutNanos) {
            outcomes.ended(backlog.poll(), FailureKind.TIMEOUT.code());
        }
        for (ConnectionSlot slot : overdue) {
            slot.abort(FailureKind.TIMEOUT.code());
        }
    }

    /** Requests without an outcome. */
    int outstanding() {
        return busyCount + backlog.size();
    }

    /** Drops all connections; requests that are still without an outcome get none. */
    void close() {
        closed = true;
        List.copyOf(slots).forEach(ConnectionSlot::disconnect);
        slots.clear();
        idle.clear();
    }
}
