package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quiet for 100, at most 1000 after the first change, 60,000 without any; times are milliseconds. */
class LookScheduleTest {
    private final LookSchedule schedule =
            new LookSchedule(0, Duration.ofMillis(100), Duration.ofMillis(1000), Duration.ofSeconds(60));

    @BeforeEach
    void firstLook() {
        assertThat(waitAt(0)).isZero();
        look(0, Optional.empty());
    }

    @Test
    void looksNowAndThenWithoutAnyChange() {
        assertThat(waitAt(10_000)).isEqualTo(50_000);
    }

    @Test
    void looksOnceChangesPause() {
        changed(200);
        changed(280);

        assertThat(waitAt(280)).isEqualTo(100);
        assertThat(waitAt(380)).isZero();
    }

    @Test
    void doesNotWaitForEverForThemToPause() {
        for (int at = 0; at < 2000; at += 50) {
            changed(at);
        }

        assertThat(waitAt(1000)).isZero();
    }

    @Test
    void looksAgainWhenSomethingMayHaveSettled() {
        look(100, Optional.of(Duration.ofMillis(700)));

        assertThat(waitAt(100)).isEqualTo(700);
    }

    @Test
    void looksAgainNoLaterThanWithoutAReason() {
        look(100, Optional.of(Duration.ofHours(1)));

        assertThat(waitAt(100)).isEqualTo(60_000);
    }

    @Test
    void keepsAChangeThatCameDuringALook() {
        schedule.begin(millis(100));
        changed(150);
        schedule.end(millis(200), Optional.empty());

        assertThat(waitAt(200)).isEqualTo(50);
    }

    @Test
    void forgetsTheChangesThatALookHasSeen() {
        changed(100);
        look(200, Optional.empty());

        assertThat(waitAt(200)).isEqualTo(60_000);
    }

    private void changed(long at) {
        schedule.changed(millis(at));
    }

    private void look(long at, Optional<Duration> again) {
        schedule.begin(millis(at));
        schedule.end(millis(at), again);
    }

    private long waitAt(long at) {
        return schedule.waitNanos(millis(at)) / 1_000_000;
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }
}
