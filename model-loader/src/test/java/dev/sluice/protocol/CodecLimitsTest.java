package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CodecLimitsTest {
    @Test
    void refusesLimitsThatLeaveNoRoomForARequest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodecLimits(3, 1, 1, 1, 16))
                .withMessage("JSON depth must be between 4 and 512, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodecLimits(4, 0, 1, 1, 16))
                .withMessage("limit of inputs must be 1 or greater, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodecLimits(4, 1, 1, 1, 15))
                .withMessage("limit of text bytes must be 16 or greater, got 15");
    }
}
