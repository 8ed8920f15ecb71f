package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several event loops behind one port. */
class LoopsIT {
    private static final int LOOPS = 3;

    @Test
    void shareAFreePort(@TempDir Path repository) {
        TestModels.copy(repository, "identity-int32");

        try (RunningGateway gateway = RunningGateway.start(repository, "http.loops=" + LOOPS)) {
            // Connections are dealt out to the loops in turn.
            for (int i = 0; i < 2 * LOOPS; i++) {
                assertThat(new HttpCalls(gateway.port()).get("/v2/health/ready").status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void sharedPortsOfTwoGatewaysDiffer(@TempDir Path repository) {
        TestModels.copy(repository, "identity-int32");

        try (RunningGateway one = RunningGateway.start(repository, "http.loops=2");
                RunningGateway other = RunningGateway.start(repository, "http.loops=2")) {
            assertThat(one.port()).isPositive().isNotEqualTo(other.port());
        }
    }
}
