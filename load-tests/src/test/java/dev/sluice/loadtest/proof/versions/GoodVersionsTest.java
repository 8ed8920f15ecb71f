package dev.sluice.loadtest.proof.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class GoodVersionsTest {
    private final GoodVersions good = new GoodVersions(0.8);

    private static byte[] answer(String version, double probability) {
        return String.format(
                        Locale.ROOT,
                        "{\"model_name\":\"m\",\"model_version\":\"%s\",\"outputs\":[{\"name\":\"label\",\"data\":[\"x\"]},"
                                + "{\"name\":\"probabilities\",\"data\":[%f,%f]}]}",
                        version,
                        1 - probability,
                        probability)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aGoodVersionMayAnswerWhatItMust() {
        good.add(2);

        assertThat(good.complaint(answer("1", 0.8))).isNull();
        assertThat(good.complaint(answer("2", NumberedModel.expected(0.8, 2)))).isNull();
    }

    @Test
    void aVersionThatIsNotGoodMayNotAnswer() {
        assertThat(good.complaint(answer("3", NumberedModel.expected(0.8, 3))))
                .isEqualTo("version 3 answered, which is not good");
    }

    @Test
    void anAnswerOfAnotherVersionIsNoticed() {
        good.add(2);

        assertThat(good.complaint(answer("2", 0.8)))
                .startsWith("version 2 must answer ")
                .endsWith(", got 0.800000");
    }

    @Test
    void anAnswerMustNameItsVersion() {
        assertThat(good.complaint("{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("the answer does not name its version");
        assertThat(good.complaint(answer("x", 0.8))).isEqualTo("the answer does not name its version");
    }
}
