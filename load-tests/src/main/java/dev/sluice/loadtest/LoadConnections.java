package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.ResponseParser;
import dev.sluice.loadtest.wire.Transport;
import io.netty.channel.ChannelException;
import java.net.BindException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

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
    private final Executor loop;
    private final LongSupplier nanoClock;
    private final Transport.Connector connector;
    private final boolean tls;
    private final List<TargetRequests> targets;
    private final int connectionsMax;
    private final long timeoutNanos;
    private final int checkEvery;
    private final OutcomeHandler outcomes;
    private final byte[] window = new byte[ResponseParser.WINDOW_BYTES];
    private final Set<ConnectionSlot> slots = new LinkedHashSet<>();
    private final ArrayDeque<ConnectionSlot> idle = new ArrayDeque<>();
    private final ArrivalQueue backlog;
    private int untilCheck = 1;
    private int busyCount;
    private boolean closed;

    /**
     * @param loop the event loop
     * @param nanoClock nanoseconds, of the clock of the intended times
     */
    LoadConnections(
            Executor loop,
            LongSupplier nanoClock,
            Transport.Connector connector,
            LoadPlan plan,
            List<TargetRequests> targets,
            int connectionsMax,
            int backlogMax,
            OutcomeHandler outcomes) {
        this.loop = loop;
        this.nanoClock = nanoClock;
        this.connector = connector;
        this.tls = plan.endpoint().tls();
        this.targets = targets;
        this.connectionsMax = connectionsMax;
        this.timeoutNanos = plan.timeout().toNanos();
        this.checkEvery = plan.checkEvery();
        this.outcomes = outcomes;
        this.backlog = new ArrivalQueue(backlogMax);
    }

    /** Sends one request, now or as soon as a connection is free. */
    void send(int target, long intendedNanos) {
        ConnectionSlot slot = idle.pollLast();
        if (slot != null) {
            busyCount++;
            write(slot, target, intendedNanos);
        } else if (slots.size() < connectionsMax) {
            open(target, intendedNanos);
        } else if (!backlog.offer(intendedNanos, target)) {
            outcomes.ended(target, intendedNanos, FailureKind.UNSENT.code());
        }
    }

    private void write(ConnectionSlot slot, int target, long intendedNanos) {
        TargetRequests requests = targets.get(target);
        boolean check = checkEvery > 0 && --untilCheck == 0;
        if (check) {
            untilCheck = checkEvery;
        }
        slot.send(intendedNanos, nanoClock.getAsLong(), target, requests.next(), check ? requests.check() : null);
    }

    private void open(int target, long intendedNanos) {
        ConnectionSlot slot = new ConnectionSlot(this, tls, window, intendedNanos, target);
        slots.add(slot);
        busyCount++;
        var unused = connector.connect(slot).addListener(connected -> {
            if (!connected.isSuccess()) {
                FailureKind kind = isOwnDoing(connected.cause()) ? FailureKind.UNSENT : FailureKind.CONNECT;
                // Where not even a socket could be made, this is no thread of the loop's.
                loop.execute(() -> slot.abort(kind.code()));
            }
        });
    }

    /** Whether no server was asked for the connection: no socket (too many open files), or no local port, was left. */
    private static boolean isOwnDoing(Throwable cause) {
        return cause instanceof ChannelException || cause instanceof BindException;
    }

    /** Called by a slot whose connection is open: sends the request it was opened for. */
    void opened(ConnectionSlot slot) {
        write(slot, slot.target(), slot.intendedNanos());
    }

    /** Called by a slot that has found something wrong in an answer. */
    void contentWrong(String complaint) {
        outcomes.contentWrong(complaint);
    }

    /** Called by a slot when its request has ended. */
    void exchangeEnded(ConnectionSlot slot, int target, long intendedNanos, int outcome, boolean reusable) {
        busyCount--;
        if (!reusable) {
            slots.remove(slot);
        } else {
            idle.addLast(slot);
        }
        if (!backlog.isEmpty() && !closed) {
            long waitingNanos = backlog.intendedNanos();
            int waitingTarget = backlog.target();
            backlog.remove();
            send(waitingTarget, waitingNanos);
        }
        outcomes.ended(target, intendedNanos, outcome);
    }

    /** Called when the connection of an idle slot has closed. */
    void connectionClosed(ConnectionSlot slot) {
        slots.remove(slot);
        idle.remove(slot);
    }

    /** Ends every request, sent or waiting, whose timeout has passed. */
    void endOverdue(long nowNanos) {
        List<ConnectionSlot> overdue = new ArrayList<>();
        for (ConnectionSlot slot : slots) {
            if (slot.isBusy() && nowNanos - slot.intendedNanos() >= timeoutNanos) {
                overdue.add(slot);
            }
        }
        while (!backlog.isEmpty() && nowNanos - backlog.intendedNanos() >= timeoutNanos) {
            long intendedNanos = backlog.intendedNanos();
            int target = backlog.target();
            backlog.remove();
            outcomes.ended(target, intendedNanos, FailureKind.UNCONNECTED.code());
        }
        for (ConnectionSlot slot : overdue) {
            // One that had waited for most of its time did not leave the server enough.
            boolean waited = slot.sentNanos() - slot.intendedNanos() > timeoutNanos / 2;
            slot.abort((waited ? FailureKind.UNCONNECTED : FailureKind.TIMEOUT).code());
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
