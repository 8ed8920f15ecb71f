package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedNodeTest {
    @Test
    void namesTheNodeAndNotWhatItFailedOn() {
        assertThat(FailedNode.of(
                        "Error code - ORT_INVALID_ARGUMENT - message: Non-zero status code returned while running"
                                + " Gather node. Name:'lookup' Status Message: indices element out of data bounds, idx=4711"
                                + " must be within the inclusive range [-10,9]"))
                .isEqualTo("Gather node 'lookup'; the runtime's text may quote values and is not logged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something about 4711",
                "4711: Non-zero status code returned while running A node. Name:'4711'"
            })
    void saysNothingOfATextThatItDoesNotKnow(String text) {
        assertThat(FailedNode.of(text)).isEqualTo("the runtime's text may quote values and is not logged");
    }
}
