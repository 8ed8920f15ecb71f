package dev.sluice.canary.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private static final Instant ASKED = Instant.parse("2026-03-01T12:00:00Z");

    private final Settlement settlement = new Settlement();

    @Test
    void wantsNothingAsLongAsNobodyAsks() {
        assertThat(settlement.looked(ASKED)).isFalse();
    }

    @Test
    void isSettledWhenAWindowThatEndedLaterWasFlushed() {
        settlement.ask(ASKED);

        assertThat(settlement.looked(ASKED.plusMillis(5))).isTrue();
        settlement.added();
        assertThat(settlement.looked(ASKED.plusMillis(10))).isFalse();
        assertThat(settlement.isSettled(ASKED)).isFalse();
        settlement.windowEnded(ASKED.plusMillis(5));

        assertThat(settlement.isSettled(ASKED)).isTrue();
    }

    @Test
    void isNotSettledByAWindowThatEndedBefore() {
        settlement.ask(ASKED);
        settlement.looked(ASKED.plusMillis(5));

        settlement.windowEnded(ASKED.minusMillis(1));

        assertThat(settlement.isSettled(ASKED)).isFalse();
    }

    @Test
    void isSettledWhenNothingWaited() {
        settlement.ask(ASKED);

        assertThat(settlement.looked(ASKED.plusMillis(5))).isTrue();
        assertThat(settlement.looked(ASKED.plusMillis(15))).isFalse();

        assertThat(settlement.isSettled(ASKED)).isTrue();
    }
}
