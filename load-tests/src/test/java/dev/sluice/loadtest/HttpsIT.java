package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.loadtest.wire.TlsTrust;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load over https, against a certificate made by the JDK's own tool. */
class HttpsIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder = Path.of("");

    @BeforeAll
    static void makeCertificate() throws Exception {
        keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=IP:127.0.0.1");
        keytool(
                "-exportcert",
                "-alias",
                "a",
                "-rfc",
                "-file",
                folder.resolve("ca.pem").toString());
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-keystore", folder.resolve("server.p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static FakeInferenceServer server() throws InterruptedException {
        return FakeInferenceServer.start(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PfxOptions()
                        .setPath(folder.resolve("server.p12").toString())
                        .setPassword(PASSWORD)));
    }

    private static LoadResult run(FakeInferenceServer server, TlsTrust trust) throws Exception {
        return new LoadGenerator()
                .run(
                        LoadPlan.builder(server.url(), "m")
                                .arrivals(new Arrivals.Constant(100))
                                .warmup(Duration.ofMillis(100))
                                .duration(Duration.ofSeconds(1))
                                .trust(trust)
                                .checkEvery(1)
                                .build(),
                        sample -> {});
    }

    @Test
    void aCertificateOfTheGivenAuthorityIsBelieved() throws Exception {
        try (FakeInferenceServer server = server()) {
            LoadResult result = run(server, new TlsTrust(false, folder.resolve("ca.pem")));

            assertThat(result.errors()).isEmpty();
            assertThat(result.ok()).isBetween(99L, 101L);
        }
    }

    @Test
    void anyCertificateIsBelievedWhenToldSo() throws Exception {
        try (FakeInferenceServer server = server()) {
            assertThat(run(server, new TlsTrust(true, null)).ok()).isBetween(99L, 101L);
        }
    }

    @Test
    void anUnknownCertificateCannotBeMeasured() throws Exception {
        try (FakeInferenceServer server = server()) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(server, TlsTrust.SYSTEM))
                    .withMessageStartingWith(server.url() + " is not reachable: ");
        }
    }

    @Test
    void authoritiesThatAreNoneAreSaid() throws Exception {
        try (FakeInferenceServer server = server()) {
            assertThatExceptionOfType(CannotMeasureException.class)
                    .isThrownBy(() -> run(server, new TlsTrust(false, folder.resolve("missing.pem"))))
                    .withMessageContaining("missing.pem");
        }
    }
}
