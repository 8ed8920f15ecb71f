package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeCountsTest {
    @Test
    void separatesSuccessFromErrorsByKind() {
        OutcomeCounts counts = new OutcomeCounts();
        for (int outcome : new int[] {200, 204, 503, 503, 400, 302, 999}) {
            counts.add(outcome);
        }
        counts.add(FailureKind.TIMEOUT.code());
        counts.add(FailureKind.CONNECT.code());

        assertThat(counts.ok()).isEqualTo(2);
        assertThat(counts.failed()).isEqualTo(7);
        assertThat(counts.errors())
                .isEqualTo(Map.of("302", 1L, "400", 1L, "503", 2L, "599", 1L, "connect", 1L, "timeout", 1L));
    }

    @Test
    void addsUp() {
        OutcomeCounts one = new OutcomeCounts();
        one.add(200);
        OutcomeCounts other = new OutcomeCounts();
        other.add(200);
        other.add(FailureKind.RESET.code());

        one.addAll(other);

        assertThat(one.ok()).isEqualTo(2);
        assertThat(one.count(FailureKind.RESET)).isEqualTo(1);
    }
}
