package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.WatchMode;
import dev.sluice.loader.runtime.Device;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    @Test
    void pinsTheDefaults() {
        assertThat(GatewayConfig.defaults())
                .isEqualTo(new GatewayConfig(
                        List.of(),
                        Optional.empty(),
                        new HttpConfig(
                                "0.0.0.0",
                                8080,
                                0,
                                64L << 20,
                                256L << 20,
                                16 << 10,
                                10_000,
                                Duration.ofSeconds(75),
                                Duration.ofSeconds(30),
                                32,
                                true,
                                false),
                        new MetricsConfig(true, "0.0.0.0", 8082),
                        new ControlConfig(true, "127.0.0.1", 8081, Optional.empty()),
                        new LimitsConfig(4096, 0, Duration.ZERO, 0, Map.of()),
                        new InferenceConfig(0, 2, 2, 0),
                        new WatchConfig(WatchMode.AUTO, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        new ReadinessConfig(true),
                        new ShutdownConfig(Duration.ZERO, Duration.ofSeconds(30)),
                        new LoggingConfig(LoggingConfig.Format.TEXT, LoggingConfig.Level.INFO),
                        InputLogConfigs.DEFAULT,
                        new FeedbackStoreConfig(Duration.ofDays(28), Duration.ofDays(7), 10_000_000),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of()));
    }

    @Test
    void readsEveryKey() {
        Problems problems = new Problems();

        GatewayConfig config = read("""
                repository: [/models, more]
                model-name: fraud
                http:
                  host: 127.0.0.1
                  port: 0
                  loops: 3
                  max-body: 1MiB
                  max-inflated-body: 2MiB
                  max-headers: 8KiB
                  max-connections: 10
                  idle-timeout: 10s
                  read-timeout: 5s
                  json-depth: 8
                  compression: false
                  repository-control: true
                metrics: {enabled: false, host: localhost, port: 9000}
                control: {enabled: false, host: "::1", port: 9001}
                limits:
                  concurrent-requests: 7
                  tensor-memory: 1GiB
                  request-timeout: 250ms
                  model-memory: 2GiB
                  gpu-memory: {"cuda:1": 8GiB}
                inference: {threads: 5, load-threads: 1, gpu-threads: 3, gpu-max-batch-size: 64}
                readiness: {strict: false}
                watch: {mode: poll, poll-interval: 5s, settle: 250ms}
                shutdown: {lag: 3s, timeout: 1m}
                logging: {format: json, level: debug}
                log:
                  files: false
                  dir: /var/log/sluice
                  queue-bytes: 1MiB
                  when-full: shed-to-digest
                  max-record: 2KiB
                  flush: 100ms
                  sync: flush
                  window: 1m
                  segment-bytes: 1MiB
                  segment-time: 5m
                  rotated: parquet
                  keep-bytes: 1GiB
                  events: {url: "http://collector:8080/events", batch: 10, timeout: 1s}
                feedback: {keep: 2h, late-after: 1h, max-predictions: 5000}
                native-cache: /var/cache/sluice
                state-dir: /var/lib/sluice
                """, problems);

        assertThat(problems.lines()).isEmpty();
        assertThat(config)
                .isEqualTo(new GatewayConfig(
                        List.of(Path.of("/models"), Path.of("more")),
                        Optional.of("fraud"),
                        new HttpConfig(
                                "127.0.0.1",
                                0,
                                3,
                                1 << 20,
                                2 << 20,
                                8 << 10,
                                10,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                8,
                                false,
                                true),
                        new MetricsConfig(false, "localhost", 9000),
                        new ControlConfig(false, "::1", 9001, Optional.empty()),
                        new LimitsConfig(
                                7,
                                1 << 30,
                                Duration.ofMillis(250),
                                2L << 30,
                                Map.of(new Device(Device.Type.CUDA, 1), 8L << 30)),
                        new InferenceConfig(5, 1, 3, 64),
                        new WatchConfig(WatchMode.POLL, Duration.ofSeconds(5), Duration.ofMillis(250)),
                        new ReadinessConfig(false),
                        new ShutdownConfig(Duration.ofSeconds(3), Duration.ofMinutes(1)),
                        new LoggingConfig(LoggingConfig.Format.JSON, LoggingConfig.Level.DEBUG),
                        InputLogConfigs.OTHER,
                        new FeedbackStoreConfig(Duration.ofHours(2), Duration.ofHours(1), 5_000),
                        Optional.of(Path.of("/var/cache/sluice")),
                        Optional.of(Path.of("/var/lib/sluice")),
                        Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http: {prot: 1}| http.prot: unknown key; did you mean http.port?",
                "http: {port: 65536}| http.port: must be between 0 and 65535, got 65536",
                "http: {loops: 257}| http.loops: must be between 0 and 256, got 257",
                "http: {max-body: 2GiB}| http.max-body: must be between 1KiB and 1GiB, got 2GiB",
                "http: {idle-timeout: 0}| http.idle-timeout: must be between 1s and 1h, got 0",
                "http: {json-depth: 1}| http.json-depth: must be between 4 and 512, got 1",
                "metrics: {port: 8080}| metrics.port: must differ from http.port, got 8080 for both",
                "http: {port: 8082}| http.port: must differ from metrics.port, got 8082 for both",
                "control: {port: 8080}| control.port: must differ from http.port, got 8080 for both",
                "metrics: {port: 8081}| metrics.port: must differ from control.port, got 8081 for both",
                "control: {host: 0.0.0.0}| control.host: must be a loopback address such as 127.0.0.1 while the"
                        + " environment variable SLUICE_CONTROL_TOKEN is not set, got 0.0.0.0",
                "limits: {tensor-memory: 1KiB}| limits.tensor-memory: must be 0 or at least 1MiB, got 1024 bytes",
                "limits: {concurrent-requests: 0}| limits.concurrent-requests: must be between 1 and 1000000, got 0",
                "shutdown: {lag: 5}| shutdown.lag: must be a duration such as 250ms, 30s or 5m, got 5",
                "logging: {level: verbose}| logging.level: must be trace, debug, info, warn or error, got verbose",
                "repository: {a: b}| repository: must be text, got a mapping",
                "routes: {fraud: {}}| routes: unknown key",
                "monitor: {}| monitor: unknown key",
                "models: [a]| models: must be a mapping of keys to values, got a list",
                "models: {resnet: {batching: {max-batch-size: 0}}}| "
                        + "models.resnet.batching.max-batch-size: must be between 1 and 1024, got 0",
                "models: {resnet: {devise: cpu}}| "
                        + "models.resnet.devise: unknown key; did you mean models.resnet.device?",
                "models: {resnet: cpu}| models.resnet: must be a mapping of keys to values, got a single value",
            })
    void saysWhatIsWrong(String yaml, String expected) {
        Problems problems = new Problems();

        read(yaml, problems);

        assertThat(problems.lines()).containsExactly("sluice.yaml:1: " + expected);
    }

    @Test
    void samePortsAreFineWhereTheyMeanAnyOrNone() {
        Problems problems = new Problems();

        read("{http: {port: 0}, metrics: {port: 0}, control: {port: 0}}", problems);
        read("{http: {port: 8082}, metrics: {enabled: false}}", problems);
        read("{http: {port: 8081}, control: {enabled: false}}", problems);

        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void assignmentsWinOverTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sluice.yaml"),
                "http: {port: 1, host: h}\nmodels: {m: {device: cuda:1, spinning: true}}\n");

        ConfigOutcome outcome = ConfigReader.read(
                Optional.of(file), List.of("http.port=2", "models.m.device=cpu", "repository=/models"));

        assertThat(outcome).isInstanceOfSatisfying(ConfigOutcome.Valid.class, valid -> {
            assertThat(valid.config().http().port()).isEqualTo(2);
            assertThat(valid.config().http().host()).isEqualTo("h");
            assertThat(valid.config().repository()).containsExactly(Path.of("/models"));
            assertThat(valid.config().models()).containsOnlyKeys("m");
            assertThat(valid.config().models().get("m"))
                    .extracting(layer -> layer.root().entries().keySet().toString())
                    .containsExactly("[device]", "[device, spinning]");
        });
    }

    @Test
    void givesAllProblemsTogether(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), "http:\n  prot: 1\n  port: x\n");

        ConfigOutcome outcome =
                ConfigReader.read(Optional.of(file), List.of("http.loops=-1", "models.m.device=gpu", "nonsense"));

        assertThat(outcome)
                .isEqualTo(new ConfigOutcome.Invalid(List.of(
                        "--set nonsense: must look like key.path=value",
                        file + ":2: http.prot: unknown key; did you mean http.port?",
                        file + ":3: http.port: must be an integer between 0 and 65535, got x",
                        "--set http.loops: must be between 0 and 256, got -1",
                        "--set models.m.device: must be cpu or cuda:N, got gpu")));
    }

    @Test
    void aNamedFileMustExist(@TempDir Path folder) {
        Path file = folder.resolve("sluice.yaml");

        assertThat(ConfigReader.read(Optional.of(file), List.of()))
                .isEqualTo(new ConfigOutcome.Invalid(List.of(file + ": no such file")));
    }

    @Test
    void worksWithoutAFile() {
        assertThat(ConfigReader.read(Optional.empty(), List.of()))
                .isEqualTo(new ConfigOutcome.Valid(GatewayConfig.defaults()));
    }

    @Test
    void aTokenInTheEnvironmentOpensTheControlPortToOtherMachines() {
        ConfigOutcome outcome = ConfigReader.read(
                Optional.empty(),
                List.of("control.host=0.0.0.0"),
                Map.of("SLUICE_CONTROL_TOKEN", "0123456789abcdef")::get);

        assertThat(outcome).isInstanceOfSatisfying(ConfigOutcome.Valid.class, valid -> {
            ControlConfig control = valid.config().control();
            assertThat(control.host()).isEqualTo("0.0.0.0");
            assertThat(control.token().orElseThrow().is("0123456789abcdef")).isTrue();
            assertThat(control.token().orElseThrow().is("0123456789abcdeF")).isFalse();
            assertThat(control.toString()).contains("[redacted]").doesNotContain("0123");
        });
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThat(ConfigReader.read(
                        Optional.empty(), List.of("control.host=10.0.0.1"), Map.of("SLUICE_CONTROL_TOKEN", "")::get))
                .isInstanceOf(ConfigOutcome.Invalid.class);
    }

    @Test
    void refusesATokenThatCanBeGuessed() {
        assertThat(ConfigReader.read(Optional.empty(), List.of(), Map.of("SLUICE_CONTROL_TOKEN", "secret")::get))
                .isEqualTo(new ConfigOutcome.Invalid(List.of("environment: SLUICE_CONTROL_TOKEN: must be 16 or more"
                        + " printable ASCII characters without spaces, got [redacted]")));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.1.2.3, true",
        "localhost, true",
        "LOCALHOST, true",
        "::1, true",
        "[::1], true",
        "0.0.0.0, false",
        "::, false",
        "10.0.0.1, false",
        "localhost.evil.com, false",
        "127.0.0.1.evil.com, false"
    })
    void knowsAddressesOfThisMachineOnly(String host, boolean loopback) {
        assertThat(ControlConfig.isLoopback(host)).isEqualTo(loopback);
    }

    @Test
    void choosesWhatIsLeftOpenFromTheMachine() {
        GatewayConfig config = GatewayConfig.defaults();

        assertThat(config.http().loopsFor(1)).isEqualTo(1);
        assertThat(config.http().loopsFor(8)).isEqualTo(4);
        assertThat(config.inference().threadsFor(8)).isEqualTo(8);
        assertThat(config.limits().tensorMemoryBytesFor(4L << 30)).isEqualTo(1L << 30);
        assertThat(config.limits().tensorMemoryBytesFor(0)).isEqualTo(1 << 20);
        assertThat(new InferenceConfig(3, 1, 2, 0).threadsFor(8)).isEqualTo(3);
        assertThat(new LimitsConfig(1, 5 << 20, Duration.ZERO, 0, Map.of()).tensorMemoryBytesFor(4L << 30))
                .isEqualTo(5 << 20);
    }

    @Test
    void modelsGetWhatTheHeapAndTheTensorsLeave() {
        LimitsConfig chosen = GatewayConfig.defaults().limits();

        assertThat(chosen.modelMemoryBytesFor(10L << 30, 2L << 30))
                .containsExactly(Map.entry(Device.CPU, (9L << 30) - (2L << 30) - (512L << 20)));
        assertThat(chosen.modelMemoryBytesFor(1 << 20, 2L << 30)).containsExactly(Map.entry(Device.CPU, 64L << 20));
        assertThat(new LimitsConfig(1, 0, Duration.ZERO, 5 << 20, Map.of()).modelMemoryBytesFor(10L << 30, 2L << 30))
                .containsExactly(Map.entry(Device.CPU, 5L << 20));
    }

    @Test
    void refusesAGpuThatIsNone() {
        Problems problems = new Problems();

        read("limits: {gpu-memory: {cpu: 1GiB}}", problems);

        assertThat(problems.lines())
                .containsExactly("sluice.yaml:1: limits.gpu-memory: must have devices such as cuda:0 as keys, got cpu");
    }

    @Test
    void theCommandLineReplacesTheRepository() {
        assertThat(GatewayConfig.defaults()
                        .withRepository(List.of(Path.of("m")))
                        .repository())
                .containsExactly(Path.of("m"));
    }

    private static GatewayConfig read(String yaml, Problems problems) {
        return ConfigReader.read(
                List.of(SettingsLayer.top(SettingsFile.parse("sluice.yaml", yaml, problems))), Secrets.NONE, problems);
    }
}
