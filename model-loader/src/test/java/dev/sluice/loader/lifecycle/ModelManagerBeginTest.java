package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelManagerBeginTest {
    private final ManagerFixture f = new ManagerFixture();

    @AfterEach
    void close() {
        f.close();
    }

    @Test
    void loadsWithoutAnybodyWhoWaits() throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        f.manager.addListener(event -> {
            if (event.state() == ModelState.READY) {
                ready.countDown();
            }
        });

        f.manager.begin(List.of(ManagerFixture.versions(1)));

        assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void beginsNothingOnceItIsClosed() {
        f.manager.close(Duration.ofSeconds(10));

        f.manager.begin(List.of(ManagerFixture.versions(1)));

        assertThat(f.manager.snapshot().statuses()).isEmpty();
        assertThat(f.loader.loads()).isEmpty();
    }
}
