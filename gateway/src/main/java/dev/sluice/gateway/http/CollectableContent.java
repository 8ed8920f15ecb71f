package dev.sluice.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;

/**
 * Copies parts of bodies out of pooled memory before they reach the HTTP engine.
 *
 * <p>The engine does so itself when it handles a part. Parts of a pipelined request wait in it until the request before is
 * answered, and are forgotten, not released, when the client goes meanwhile: any client could use up the pool. Copied here they
 * are garbage then, and the engine does not copy them again.
 *
 * <p>Threading: thread-safe; stateless.
 */
@Sharable
final class CollectableContent extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent content
                && content.decoderResult().isSuccess()
                && content.content().isReadable()) {
            try {
                context.fireChannelRead(content.replace(Unpooled.copiedBuffer(content.content())));
            } finally {
                content.release();
            }
        } else {
            context.fireChannelRead(message);
        }
    }
}
