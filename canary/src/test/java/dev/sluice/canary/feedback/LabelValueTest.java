package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelValueTest {
    @Test
    void writesEqualNumbersAlike() {
        assertThat(LabelValue.of(3.0)).isEqualTo(LabelValue.of(3));
        assertThat(LabelValue.of(0.5).json()).isEqualTo("0.5");
        assertThat(LabelValue.of(-0.0)).isEqualTo(LabelValue.of(0));
    }

    @Test
    void tellsAClassFromANumber() {
        assertThat(LabelValue.of("3")).isNotEqualTo(LabelValue.of(3));
        assertThat(LabelValue.of("a \"b\"").json()).isEqualTo("\"a \\\"b\\\"\"");
    }

    @Test
    void writesARankedChoice() {
        assertThat(LabelValue.of(List.of("a", "b"), 1).json()).isEqualTo("{\"ranked\":[\"a\",\"b\"],\"chosen\":1}");
    }

    @Test
    void refusesAChoiceThatWasNotOffered() {
        assertThatThrownBy(() -> LabelValue.of(List.of("a", "b"), 2))
                .hasMessage("chosen must be one of the 2 ranked choices, got index 2");
    }

    @Test
    void refusesALabelThatIsTooLong() {
        assertThatThrownBy(() -> LabelValue.of("x".repeat(5_000)))
                .hasMessage("a label must have at most 4096 characters, got 5002");
    }
}
