package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LongQueueTest {
    @Test
    void keepsOrderAcrossItsEnd() {
        LongQueue queue = new LongQueue(3);
        for (int i = 0; i < 100; i++) {
            queue.offer(2L * i);
            queue.offer(2L * i + 1);

            assertThat(queue.peek()).isEqualTo(2L * i);
            assertThat(queue.poll()).isEqualTo(2L * i);
            assertThat(queue.poll()).isEqualTo(2L * i + 1);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void refusesWhenFull() {
        LongQueue queue = new LongQueue(2);

        assertThat(queue.offer(1)).isTrue();
        assertThat(queue.offer(2)).isTrue();
        assertThat(queue.offer(3)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }
}
