package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicArgumentsTest {
    @Test
    void valuesOfHeadersAreHidden() {
        assertThat(PublicArguments.of(List.of(
                        "--header", "Authorization: Bearer abc:def", "--rate", "5", "--header=X-Key: abc", "--name=a")))
                .containsExactly("--header", "Authorization: ***", "--rate", "5", "--header=X-Key: ***", "--name=a");
    }

    @Test
    void aHeaderWithoutANameIsHiddenAsAWhole() {
        assertThat(PublicArguments.of(List.of("--header", "abc"))).containsExactly("--header", " ***");
    }

    @Test
    void userAndPasswordOfTheUrlAreDropped() {
        assertThat(PublicArguments.of(
                        List.of("--url", "http://me:abc@host:81/v", "--url=https://me@host", "--url", "a b")))
                .containsExactly("--url", "http://host:81/v", "--url=https://host", "--url", "***");
        assertThat(PublicArguments.withoutUserInfo(URI.create("http://me:a$(b@host:81")))
                .isEqualTo(URI.create("http://host:81"));
        assertThat(PublicArguments.withoutUserInfo(URI.create("http://host"))).isEqualTo(URI.create("http://host"));
    }
}
