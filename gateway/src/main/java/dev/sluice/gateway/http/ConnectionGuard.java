package dev.sluice.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.AttributeKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the open connections of the data port from the moment they are accepted, and closes those on which nothing happens.
 *
 * <p>Idle means: no request is being read or answered. A connection whose request waits or runs is never idle, and one that
 * sends the head of a request byte by byte is.
 *
 * <p>Bound: {@code connectionsMax} entries; a connection beyond it is closed at once and counted.
 *
 * <p>Threading: thread-safe.
 */
@Sharable
public final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<Watched> WATCHED = AttributeKey.valueOf(ConnectionGuard.class, "watched");
    private static final long SWEEP_MILLIS = 500;
    /** Less than a sweep, more than the sweeps that are made up for after a pause are apart. */
    private static final long SECOND_LOOK_NANOS = 250_000_000;

    private static final int READ_BYTES_MIN = 2048;
    private static final int READ_BYTES_MAX = 65_536;

    private final int connectionsMax;
    private final long idleNanos;
    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    /**
     * How much a connection reads at once. Netty's own choice comes so close to the sizes seen so far that a request which is a
     * little longer arrives in two pieces, and is not taken past the engine for that.
     */
    private final RecvByteBufAllocator reads =
            new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_MIN, READ_BYTES_MAX);

    private final CollectableContent collectable = new CollectableContent();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong refusals = new AtomicLong();
    private volatile boolean covering;

    /** When the last sweep began: a clock for the end of each request that costs nothing to read. */
    private volatile long sweptNanos = System.nanoTime();

    /**
     * @param connectionsMax most open connections, 1 or greater
     * @param idleTimeout after which a connection without a request is closed
     */
    public ConnectionGuard(int connectionsMax, Duration idleTimeout) {
        this.connectionsMax = connectionsMax;
        this.idleNanos = idleTimeout.toNanos() + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
    }

    /** One connection, and when it last had something to do. */
    final class Watched {
        private final Channel channel;
        private final KnownHeads knownHeads = new KnownHeads();
        private final AtomicInteger exchanges = new AtomicInteger();
        private volatile long idleSinceNanos = System.nanoTime();
        /** Only the connection's own loop looks at it. */
        private boolean contentCollectable;
        /** Whether it was asked to close; only the sweeping loop looks at it. */
        private boolean asked;
        /** Since when it has been seen idle, and with which state; only the sweeping loop looks at them. */
        private long seenIdleNanos;

        private long seenIdleSinceNanos;

        Watched(Channel channel) {
            this.channel = channel;
        }

        /** Takes requests of this connection past the HTTP engine. */
        KnownHeads knownHeads() {
            return knownHeads;
        }

        /** The connection speaks HTTP/1; on its event loop, before the body of its first request is read. */
        void keepContentCollectable() {
            if (!contentCollectable) {
                contentCollectable = true;
                ChannelHandlerContext engine = channel.pipeline().context(VertxHandler.class);
                channel.pipeline().addBefore(engine.name(), null, collectable);
            }
        }

        void exchangeBegan() {
            exchanges.incrementAndGet();
        }

        /**
         * Closes in good order first; what is still open at the next sweep, because the client does not take what was written
         * to it, is cut.
         */
        private void closeIdle() {
            if (asked) {
                channel.eventLoop().execute(this::cut);
            } else {
                asked = true;
                close();
            }
        }

        /** Ends the connection when the client has taken what was written to it. */
        @SuppressWarnings(
                "FutureReturnValueIgnored") // the channel's own close future is listened to since it was accepted
        void close() {
            channel.close();
        }

        /** Ends the connection at once, and drops what was not sent yet; on its event loop. */
        void cut() {
            channel.unsafe().close(channel.newPromise());
        }

        /**
         * Whether nothing has happened for so long. It has to be seen twice: after a pause of the whole process, the bytes that
         * came meanwhile are read before the second look.
         */
        private boolean isIdle(long now, long idleNanos) {
            long since = idleSinceNanos;
            if (exchanges.get() != 0 || now - since < idleNanos) {
                seenIdleNanos = 0;
                return false;
            }
            if (seenIdleNanos == 0 || seenIdleSinceNanos != since) {
                seenIdleNanos = now;
                seenIdleSinceNanos = since;
                return false;
            }
            return now - seenIdleNanos >= SECOND_LOOK_NANOS;
        }

        /** The client has taken a part of its answer: slow is not idle. */
        void progressed() {
            idleSinceNanos = System.nanoTime();
        }

        void exchangeEnded() {
            idleSinceNanos = sweptNanos;
            exchanges.decrementAndGet();
        }
    }

    /** Sees each accepted connection as a message of the listening channel. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel accepted = (Channel) message;
        if (count.incrementAndGet() > connectionsMax) {
            count.decrementAndGet();
            refusals.incrementAndGet();
            accepted.unsafe().closeForcibly();
            return;
        }
        Watched watched = new Watched(accepted);
        accepted.config().setRecvByteBufAllocator(reads);
        accepted.pipeline().addFirst(watched.knownHeads);
        accepted.attr(WATCHED).set(watched);
        open.add(watched);
        accepted.closeFuture().addListener(ignored -> {
            open.remove(watched);
            count.decrementAndGet();
        });
        context.fireChannelRead(message);
    }

    /** Begins to look for idle connections, twice a second; ports that start listening until {@link #covered} are guarded. */
    void watch(Vertx vertx) {
        covering = true;
        vertx.setPeriodic(SWEEP_MILLIS, ignored -> sweep());
    }

    /** Ports that start listening from now on are not guarded: metrics can be read when the data port is full. */
    void covered() {
        covering = false;
    }

    boolean isCovering() {
        return covering;
    }

    private void sweep() {
        long now = System.nanoTime();
        sweptNanos = now;
        for (Watched watched : open) {
            if (watched.isIdle(now, idleNanos)) {
                watched.closeIdle();
            }
        }
    }

    /** What is known of the connection of a request. */
    static Watched of(HttpConnection connection) {
        return of(((ConnectionBase) connection).channel());
    }

    /** What is known of a connection. */
    static Watched of(Channel channel) {
        return requireNonNull(channel.attr(WATCHED).get(), "the guard of a connection of the data port");
    }

    void resetRefusals() {
        refusals.set(0);
    }

    /** Open connections. */
    public int count() {
        return count.get();
    }

    /** Connections closed at once because too many were open. */
    public long refusals() {
        return refusals.get();
    }
}
