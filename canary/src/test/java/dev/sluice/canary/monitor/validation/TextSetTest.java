package dev.sluice.canary.monitor.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextSetTest {
    private static boolean contains(TextSet set, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer memory = ByteBuffer.allocate(bytes.length + 6);
        memory.put(3, bytes);
        return set.contains(memory, 3, bytes.length);
    }

    @Test
    void findsExactlyWhatItHolds() {
        List<String> texts =
                IntStream.range(0, 3_000).mapToObj(i -> "value-" + i).toList();
        TextSet set = new TextSet(texts);

        assertThat(texts).allMatch(text -> contains(set, text));
        assertThat(IntStream.range(3_000, 6_000).mapToObj(i -> "value-" + i)).noneMatch(text -> contains(set, text));
        assertThat(contains(set, "")).isFalse();
        assertThat(contains(set, "value-")).isFalse();
    }

    @Test
    void holdsTheEmptyTextAndDoubledOnes() {
        TextSet set = new TextSet(List.of("", "a", "a"));

        assertThat(contains(set, "")).isTrue();
        assertThat(contains(set, "a")).isTrue();
        assertThat(contains(set, "b")).isFalse();
    }

    @Test
    void anEmptySetHoldsNothing() {
        TextSet set = new TextSet(List.of());

        assertThat(set.isEmpty()).isTrue();
        assertThat(contains(set, "")).isFalse();
    }
}
