package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerTextTest {
    @Test
    void nothingInItDrivesATerminal() {
        assertThat(ServerText.line("a\u001b[31m\r\nb\u0007\u009b\u202ec\u2028d\0"))
                .isEqualTo("a [31m  b   c d ");
    }

    @Test
    void halfCharactersAreReplacedAndWholeOnesKept() {
        assertThat(ServerText.line("a\ud800b\udc00 \ud83d\ude00 \u00e9"))
                .isEqualTo("a\ufffdb\ufffd \ud83d\ude00 \u00e9");
    }

    @Test
    void endsAfter300CharactersAndNotWithinOne() {
        assertThat(ServerText.line("x".repeat(301))).hasSize(300);
        assertThat(ServerText.line("x".repeat(299) + "\ud83d\ude00")).hasSize(299);
        assertThat(ServerText.line("\u20ac".repeat(2000).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("\u20ac".repeat(300));
    }

    @Test
    void noTextIsSaidToo() {
        assertThat(ServerText.line((String) null)).isEqualTo("nothing");
    }
}
