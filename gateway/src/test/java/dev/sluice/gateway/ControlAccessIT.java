package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.config.ConfigOutcome;
import dev.sluice.gateway.config.ConfigReader;
import dev.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is heard on the control port. */
class ControlAccessIT {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    Path repository;

    @TempDir
    Path state;

    @BeforeEach
    void copy() {
        TestModels.copy(repository, "mlp");
    }

    private GatewayConfig config(Map<String, String> environment) {
        ConfigOutcome outcome = ConfigReader.read(
                Optional.empty(),
                List.of(
                        "http.host=127.0.0.1",
                        "http.port=0",
                        "metrics.enabled=false",
                        "control.port=0",
                        "state-dir=" + state),
                environment::get);
        return ((ConfigOutcome.Valid) outcome).config().withRepository(List.of(repository));
    }

    private static RawHttp.Response ask(int port, String host) throws IOException {
        try (RawHttp http = new RawHttp(port)) {
            return http.send("GET /v2/models HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .read();
        }
    }

    @Test
    void isHeardByTheNamesOfThisMachineOnly() throws IOException {
        try (Gateway gateway = Gateway.start(config(Map.of()), StartupListener.silent())) {
            int port = gateway.controlPort();

            assertThat(ask(port, "localhost:" + port).status()).isEqualTo(200);
            assertThat(ask(port, "127.0.0.1").status()).isEqualTo(200);
            assertThat(ask(port, "[::1]:" + port).status()).isEqualTo(200);
            RawHttp.Response rebound = ask(port, "models.evil.example:" + port);
            assertThat(rebound.status()).isEqualTo(403);
            assertThat(rebound.text()).contains("got host 'models.evil.example'");
        }
    }

    @Test
    void aTokenIsNeededWhereOneIsSet() throws IOException {
        try (Gateway gateway = Gateway.start(config(Map.of("SLUICE_CONTROL_TOKEN", TOKEN)), StartupListener.silent())) {
            HttpCalls control = new HttpCalls(gateway.controlPort());
            String path = "/v2/repository/models/mlp/reload";

            HttpCalls.Answer none = control.post(path, "");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(none.text()).doesNotContain(TOKEN);
            assertThat(control.post(path, "", "authorization", "Bearer " + TOKEN + "0")
                            .status())
                    .isEqualTo(401);
            assertThat(control.get("/v2/models").status()).isEqualTo(401);
            assertThat(control.post(path, "", "authorization", "Bearer " + TOKEN)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void canBeLeftOut() {
        try (RunningGateway gateway = RunningGateway.start(repository, "control.enabled=false")) {
            assertThat(gateway.gateway().controlPort()).isZero();
        }
    }
}
