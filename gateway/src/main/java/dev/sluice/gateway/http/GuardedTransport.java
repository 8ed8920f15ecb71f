package dev.sluice.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * The best transport of this machine, with the {@link ConnectionGuard} on each listening channel that covers it.
 *
 * <p>Vert.x tells of a connection only once its first request has a complete head; what is silent before that would be neither
 * counted nor closed.
 *
 * <p>Threading: as the transport that it wraps.
 */
final class GuardedTransport implements Transport {
    private final Transport wrapped;
    private final List<ConnectionGuard> guards;

    private GuardedTransport(Transport wrapped, List<ConnectionGuard> guards) {
        this.wrapped = wrapped;
        this.guards = List.copyOf(guards);
    }

    /** Native (epoll, io_uring or kqueue) where its library loads, else the JDK's own. */
    static io.vertx.core.transport.Transport best(List<ConnectionGuard> guards) {
        io.vertx.core.transport.Transport best = io.vertx.core.transport.Transport.nativeTransport();
        if (best == null || !best.available()) {
            best = io.vertx.core.transport.Transport.NIO;
        }
        Transport implementation = ((TransportInternal) best).implementation();
        return new TransportInternal(best.name(), true, null, new GuardedTransport(implementation, guards));
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        wrapped.configure(options, domainSocket, bootstrap);
        guards.stream().filter(ConnectionGuard::isCovering).findFirst().ifPresent(bootstrap::handler);
    }

    @Override
    public void configure(
            ClientOptionsBase options,
            int connectTimeout,
            boolean domainSocket,
            io.netty.bootstrap.Bootstrap bootstrap) {
        wrapped.configure(options, connectTimeout, domainSocket, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        wrapped.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
        return wrapped.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return wrapped.supportFileRegion();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return wrapped.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory threadFactory, int ioRatio) {
        return wrapped.eventLoopGroup(type, threads, threadFactory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return wrapped.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's own signature
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return wrapped.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return wrapped.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return wrapped.serverChannelFactory(domainSocket);
    }
}
