package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class TensorPoolTest {
    private static final long MIB = 1 << 20;

    private final TensorPool pool = new TensorPool(MIB);

    @Test
    void givesAtLeastWhatWasAskedFor() {
        for (long size : new long[] {0, 1, 255, 256, 257, 4096, 70_000}) {
            TensorBlock block = pool.acquire(size);
            assertThat((long) block.capacity()).isGreaterThanOrEqualTo(size);
            block.release();
        }
    }

    @Test
    void reusesWhatWasGivenBack() {
        pool.acquire(1000).release();

        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.bytesKept()).isEqualTo(1024);
        TensorBlock again = pool.acquire(1024);
        assertThat(pool.bytesInUse()).isEqualTo(1024);
        assertThat(pool.bytesKept()).isZero();
        again.release();
    }

    @Test
    void refusesWhatDoesNotFitAndCountsIt() {
        TensorBlock large = pool.acquire(MIB / 2);
        TensorBlock other = pool.acquire(MIB / 2);

        assertThatThrownBy(() -> pool.acquire(1))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessage("tensor memory is exhausted: 1048576 of 1048576 bytes are in use, 256 more were needed");
        assertThat(pool.refusals()).isEqualTo(1);
        large.release();
        other.release();
    }

    @Test
    void dropsKeptMemoryOfOtherSizesWhenSpaceIsNeeded() {
        List<TensorBlock> small = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            small.add(pool.acquire(1024));
        }
        small.forEach(TensorBlock::release);
        assertThat(pool.bytesKept()).isEqualTo(MIB);

        TensorBlock large = pool.acquire(MIB);

        assertThat(pool.bytesInUse() + pool.bytesKept()).isLessThanOrEqualTo(MIB);
        large.release();
    }

    @Test
    void refusesMoreThanOneGibibyte() {
        assertThatThrownBy(() -> pool.acquire((1L << 30) + 1))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                .hasMessage("tensors of 1073741825 bytes exceed the limit of 1073741824 bytes");
    }

    @Test
    void knowsWhatItCouldNeverHold() {
        TensorPool odd = new TensorPool(3 * MIB);

        assertThat(odd.canHold(0)).isTrue();
        assertThat(odd.canHold(2 * MIB)).isTrue();
        assertThat(odd.canHold(2 * MIB + 1)).isFalse();
        assertThat(odd.canHold((1L << 30) + 1)).isFalse();
        assertThat(odd.canHold(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void refusesABoundThatHoldsNothing() {
        assertThatThrownBy(() -> new TensorPool(1000))
                .hasMessage("tensor pool must hold at least 1 MiB, got 1000 bytes");
    }

    @Test
    void staysWithinItsBoundWhenManyThreadsUseIt() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                SplittableRandom random = new SplittableRandom(t);
                work.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        try {
                            TensorBlock block = pool.acquire(random.nextInt(1, 200_000));
                            assertThat(pool.bytesInUse()).isLessThanOrEqualTo(MIB);
                            block.release();
                        } catch (InferenceException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
                        }
                    }
                }));
            }
            for (Future<?> each : work) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.bytesKept()).isBetween(0L, MIB);
    }

    @Test
    void keepsABlockUntilItsLastReference() {
        TensorBlock block = pool.acquire(10);
        block.retain();

        block.release();
        assertThat(pool.bytesInUse()).isEqualTo(256);
        block.release();

        assertThat(pool.bytesInUse()).isZero();
        assertThatThrownBy(block::release).hasMessage("tensor block released more often than acquired");
        assertThatThrownBy(block::retain).hasMessage("tensor block used after its last release");
    }

    @Test
    void dropsWhatItKeepsAndTriesAgainWhenTheJvmHasNoDirectMemory() {
        Allocator allocator = new Allocator();
        TensorPool shared = new TensorPool(MIB, allocator);
        TensorBlock used = shared.acquire(512);
        TensorBlock kept = shared.acquire(256);
        kept.release();
        allocator.failures = 1;

        TensorBlock block = shared.acquire(1024);

        assertThat(shared.bytesKept()).isZero();
        assertThat(shared.bytesInUse()).isEqualTo(1536);
        assertThat(shared.refusals()).isZero();
        block.release();
        used.release();
    }

    @Test
    void refusesWhenDroppingWhatItKeepsDoesNotHelp() {
        Allocator allocator = new Allocator();
        TensorPool shared = new TensorPool(MIB, allocator);
        allocator.failures = 2;

        assertThatThrownBy(() -> shared.acquire(MIB))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessage("the JVM has no direct memory left for 1048576 bytes (-XX:MaxDirectMemorySize)");
        assertThat(shared.refusals()).isEqualTo(1);
        assertThat(shared.bytesInUse()).isZero();
        assertThat(shared.bytesKept()).isZero();
        shared.acquire(MIB).release();
    }

    /** Has no memory as often as it is told. */
    private static final class Allocator implements IntFunction<ByteBuffer> {
        private int failures;

        @Override
        public ByteBuffer apply(int size) {
            if (failures > 0) {
                failures--;
                throw new OutOfMemoryError("made up");
            }
            return ByteBuffer.allocateDirect(size);
        }
    }

    @Test
    void givesDroppedMemoryBackToTheSystemAtOnce() {
        TensorPool large = new TensorPool(64 * MIB);
        long before = direct().getMemoryUsed();
        for (int i = 0; i < 50; i++) {
            large.acquire(16 * MIB).release();
            large.acquire(64 * MIB).release();
        }

        assertThat(direct().getMemoryUsed() - before).isLessThanOrEqualTo(64 * MIB);
    }

    private static BufferPoolMXBean direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
    }

    /** Memory that is taken from what is kept, and memory that is dropped for another size, at the same time. */
    @Test
    void countsNoByteTwiceWhenManyThreadsUseDifferentSizes() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                // Each size fits four times, so a refusal is a mistake in counting.
                long size = MIB / 4 - t * 70_000L;
                work.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        pool.acquire(size).release();
                    }
                }));
            }
            for (Future<?> each : work) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.bytesKept()).isBetween(0L, MIB);
        assertThat(pool.refusals()).isZero();
    }
}
