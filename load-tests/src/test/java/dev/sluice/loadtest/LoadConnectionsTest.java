package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoadConnectionsTest {
    private final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
    private final List<Integer> outcomes = new ArrayList<>();
    private final DefaultChannelPromise refused =
            new DefaultChannelPromise(new EmbeddedChannel(), GlobalEventExecutor.INSTANCE);
    private final LoadConnections connections = new LoadConnections(
            loop::add, () -> 0, handler -> refused, LoadFixtures.plan().build(), List.of(), 1, 1, new OutcomeHandler() {
                @Override
                public void ended(int target, long intendedNanos, int outcome) {
                    outcomes.add(outcome);
                }

                @Override
                public void contentWrong(String complaint) {}
            });

    /** Like a transport that cannot make a socket: its failure is told on a thread that is no event loop of anybody. */
    @Test
    void aFailureOnAForeignThreadIsCountedOnTheLoop() throws Exception {
        connections.send(0, 0);

        refused.setFailure(new ConnectException("Connection refused"));
        GlobalEventExecutor.INSTANCE.submit(() -> {}).sync();

        assertThat(outcomes).isEmpty();
        assertThat(connections.outstanding()).isEqualTo(1);
        List<Runnable> tasks = new ArrayList<>(loop);
        assertThat(tasks).hasSize(1);
        tasks.get(0).run();
        assertThat(outcomes).containsExactly(FailureKind.CONNECT.code());
        assertThat(connections.outstanding()).isZero();
    }

    @ParameterizedTest
    @MethodSource
    void whatFailsBeforeAnyServerIsAskedWasNeverSent(Throwable failure) throws Exception {
        connections.send(0, 0);

        refused.setFailure(failure);
        GlobalEventExecutor.INSTANCE.submit(() -> {}).sync();
        loop.remove().run();

        assertThat(outcomes).containsExactly(FailureKind.UNSENT.code());
    }

    static List<Throwable> whatFailsBeforeAnyServerIsAskedWasNeverSent() {
        return List.of(
                new ChannelException("Unable to create Channel", new IOException("Too many open files")),
                new BindException("Cannot assign requested address"));
    }
}
