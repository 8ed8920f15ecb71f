package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalQueueTest {
    @Test
    void keepsOrderAcrossItsEndAndWhileItGrows() {
        ArrivalQueue queue = new ArrivalQueue(1000);
        int expected = 0;
        for (int i = 0; i < 600; i++) {
            assertThat(queue.offer(3L * i, i)).isTrue();
            if (i % 3 == 0) {
                assertThat(queue.intendedNanos()).isEqualTo(3L * expected);
                assertThat(queue.target()).isEqualTo(expected);
                queue.remove();
                expected++;
            }
        }
        assertThat(queue.size()).isEqualTo(400);
        while (!queue.isEmpty()) {
            assertThat(queue.intendedNanos()).isEqualTo(3L * expected);
            queue.remove();
            expected++;
        }
        assertThat(expected).isEqualTo(600);
    }

    @Test
    void refusesWhenFull() {
        ArrivalQueue queue = new ArrivalQueue(2);

        assertThat(queue.offer(1, 0)).isTrue();
        assertThat(queue.offer(2, 0)).isTrue();
        assertThat(queue.offer(3, 0)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }
}
