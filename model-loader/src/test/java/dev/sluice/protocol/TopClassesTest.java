package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.floats;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopClassesTest {
    private static List<String> top(Tensor tensor, int classes) {
        ByteBuffer data = new TopClasses(tensor, List.of()).top(classes).data();
        List<String> entries = new ArrayList<>();
        while (data.hasRemaining()) {
            byte[] entry = new byte[data.getInt()];
            data.get(entry);
            entries.add(new String(entry, UTF_8));
        }
        return entries;
    }

    @Test
    void ordersAsAStableSortDoesForAnyCount() {
        SplittableRandom random = new SplittableRandom(8);
        for (int width = 1; width <= 40; width++) {
            float[] values = new float[width];
            for (int i = 0; i < width; i++) {
                values[i] = random.nextInt(10);
            }
            List<String> sorted = IntStream.range(0, width)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -values[i]))
                    .map(i -> values[i] + ":" + i)
                    .toList();
            for (int classes = 1; classes <= width + 1; classes++) {
                assertThat(top(floats("y", Shape.of(width), values), classes))
                        .isEqualTo(sorted.subList(0, Math.min(classes, width)));
            }
        }
    }

    @Test
    void putsNanLastAndInfinitiesFirstAndLast() {
        Tensor tensor = floats(
                "y", Shape.of(6), Float.NaN, 0f, Float.NEGATIVE_INFINITY, -0f, Float.POSITIVE_INFINITY, Float.NaN);

        assertThat(top(tensor, 6)).containsExactly("Infinity:4", "0.0:1", "-0.0:3", "-Infinity:2", "NaN:0", "NaN:5");
    }

    @Test
    void takesEverythingAfterTheFirstDimensionAsOneRow() {
        Tensor tensor = floats("y", Shape.of(2, 2, 2), 1, 2, 3, 4, 8, 7, 6, 5);

        assertThat(new TopClasses(tensor, List.of()).top(1).shape()).isEqualTo(Shape.of(2, 1));
        assertThat(top(tensor, 1)).containsExactly("4.0:3", "8.0:0");
    }

    @Test
    void readsHalfFloats() {
        byte[] halves = {0x00, 0x3C, 0x00, 0x40, 0x00, (byte) 0xC0};
        byte[] brains = {(byte) 0x80, 0x3F, 0x00, 0x40, 0x00, (byte) 0xC0};

        assertThat(top(new Tensor("y", DataType.FP16, Shape.of(3), ByteBuffer.wrap(halves)), 2))
                .containsExactly("2.0:1", "1.0:0");
        assertThat(top(new Tensor("y", DataType.BF16, Shape.of(3), ByteBuffer.wrap(brains)), 2))
                .containsExactly("2.0:1", "1.0:0");
    }

    @Test
    void hasNoEntriesWhereThereAreNoElements() {
        assertThat(new TopClasses(floats("y", Shape.of(0, 3)), List.of()).top(2).shape())
                .isEqualTo(Shape.of(0, 0));
        assertThat(new TopClasses(floats("y", Shape.of(2, 0)), List.of()).top(2).shape())
                .isEqualTo(Shape.of(2, 0));
        assertThat(top(floats("y", Shape.of(0)), 2)).isEmpty();
    }
}
