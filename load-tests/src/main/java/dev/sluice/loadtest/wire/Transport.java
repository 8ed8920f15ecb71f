package dev.sluice.loadtest.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loops, epoll where there is one, and the way to open connections on them.
 *
 * <p>Threading: thread-safe; {@link #close} blocks.
 */
public final class Transport implements AutoCloseable {
    private static final long SHUTDOWN_SECONDS_MAX = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final boolean epoll = Epoll.isAvailable();

    private Transport(int loopCount) {
        group = new MultiThreadIoEventLoopGroup(
                loopCount,
                new DefaultThreadFactory("sluice-load-loop", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (int i = 0; i < loopCount; i++) {
            loops.add(group.next());
        }
    }

    /**
     * Starts the loops.
     *
     * @param loopCount 1 or greater
     */
    public static Transport start(int loopCount) {
        return new Transport(loopCount);
    }

    /** The loops, as many as were asked for. */
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    /**
     * Connections to one server on one loop.
     *
     * @param address resolved
     * @param tls null for http
     */
    public Connector connector(
            EventLoop loop, Endpoint endpoint, InetSocketAddress address, @Nullable SslContext tls, Duration timeout) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .remoteAddress(address)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis())));
        return handler -> bootstrap
                .clone()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline()
                                    .addLast(tls.newHandler(channel.alloc(), endpoint.host(), endpoint.port()));
                        }
                        channel.pipeline().addLast(handler);
                    }
                })
                .connect();
    }

    /**
     * Opens connections to one server.
     *
     * <p>Threading: thread-safe; what it opens is confined to the connector's event loop.
     */
    public interface Connector {
        /** Opens a connection whose bytes go to {@code handler}. */
        ChannelFuture connect(ChannelHandler handler);
    }

    /** Stops the loops and drops what is still open. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(SHUTDOWN_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
