package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ByteSinkTest {
    private final ByteSink sink = new ByteSink();

    @Test
    void growsWithWhatIsWritten() {
        byte[] bytes = new byte[3000];
        bytes[2999] = 7;

        sink.put("ab");
        sink.put(bytes, 1, 2999);
        sink.put(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1, 2);

        byte[] written = sink.toByteArray();
        assertThat(sink.size()).isEqualTo(3003);
        assertThat(written).hasSize(3003).startsWith('a', 'b').endsWith(7, 2, 3);
    }

    @Test
    void takesBackWhatWasWrittenLast() {
        sink.put("abc");

        sink.truncate(1);
        sink.put("d");

        assertThat(sink.toByteArray()).isEqualTo("ad".getBytes(UTF_8));
        assertThatThrownBy(() -> sink.truncate(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void keepsASmallArrayAndLetsGoOfALargeOne() {
        sink.put("x");
        byte[] small = sink.array();
        sink.clear();
        assertThat(sink.array()).isSameAs(small);

        sink.put(new byte[2_000_000], 0, 2_000_000);
        sink.clear();

        assertThat(sink.array().length).isLessThan(1_000_000);
        assertThat(sink.size()).isZero();
    }

    @Test
    void writesLoneSurrogatesAsEscapes() {
        new JsonWriter(sink).string("a\uD800b\uDC00");

        assertThat(new String(sink.toByteArray(), UTF_8)).isEqualTo("\"a\\ud800b\\udc00\"");
    }
}
