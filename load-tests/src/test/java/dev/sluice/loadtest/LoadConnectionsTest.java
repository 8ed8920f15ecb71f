package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class LoadConnectionsTest {
    /** Like a transport that cannot make a socket: its failure is told on a thread that is no event loop of anybody. */
    @Test
    void aFailureOnAForeignThreadIsCountedOnTheLoop() throws Exception {
        Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
        List<Integer> outcomes = new ArrayList<>();
        DefaultChannelPromise refused = new DefaultChannelPromise(new EmbeddedChannel(), GlobalEventExecutor.INSTANCE);
        LoadConnections connections = new LoadConnections(
                loop::add, handler -> refused, LoadFixtures.plan().build(), List.of(), 1, 1, new OutcomeHandler() {
                    @Override
                    public void ended(int target, long intendedNanos, int outcome) {
                        outcomes.add(outcome);
                    }

                    @Override
                    public void contentWrong(String complaint) {}
                });
        connections.send(0, 0);

        refused.setFailure(new IOException("Too many open files"));
        GlobalEventExecutor.INSTANCE.submit(() -> {}).sync();

        assertThat(outcomes).isEmpty();
        assertThat(connections.outstanding()).isEqualTo(1);
        List<Runnable> tasks = new ArrayList<>(loop);
        assertThat(tasks).hasSize(1);
        tasks.get(0).run();
        assertThat(outcomes).containsExactly(FailureKind.CONNECT.code());
        assertThat(connections.outstanding()).isZero();
    }
}
