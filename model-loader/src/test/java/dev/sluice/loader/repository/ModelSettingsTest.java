package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.VersionSelector;
import dev.sluice.settings.Problems;
import dev.sluice.settings.Setting;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelSettingsTest {
    private final Problems problems = new Problems();

    private ModelSettings read(String yaml) {
        return ModelSettings.read(
                List.of(SettingsLayer.top(SettingsFile.parse("m/model.yaml", yaml, problems))), problems);
    }

    @Test
    void nothingSetMeansTheDefaults() {
        assertThat(read("")).isEqualTo(new ModelSettings(Optional.empty(), Optional.empty(), ModelConfig.DEFAULT));
        assertThat(problems.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"off| false|", "auto| true|", "{mask: m}| true| m", "{values: {ids: 1}}| true|"})
    void paddingMayBeDeclaredInPart(String padding, boolean allowed, @Nullable String mask) {
        PaddingConfig read = read("batching: {padding: " + padding + "}")
                .config()
                .batching()
                .lengths()
                .padding();

        assertThat(problems.lines()).isEmpty();
        assertThat(read.allowed()).isEqualTo(allowed);
        assertThat(read.mask()).isEqualTo(mask == null ? "" : mask);
    }

    @Test
    void readsEveryKey() {
        ModelSettings settings = read("""
                name: fraud
                model-file: net.onnx
                versions: latest 2
                batching:
                  {enabled: true, max-batch-size: 32, queue-rows: 100, queue-bytes: 1MiB,
                   execution: queued, parallel-runs: 3, cells-max: 700, waste-max: 0.1,
                   padding: {mask: keep, values: {ids: 1, depth: -0.5}}}
                device: cuda:1
                device-fallback: cpu
                threads: {intra-op: 3, inter-op: 4}
                spinning: true
                graph-optimization: extended
                execution: parallel
                memory: {arena: false, arena-shrinkage: true, pattern: false}
                providers: [cuda, {tensorrt: {trt_fp16_enable: "1"}}]
                session-options: {session.x: 1}
                save-optimized-model: out/o.onnx
                profile: out/p
                features: [age, income]
                labels: {y: [cat, dog]}
                """);

        assertThat(problems.lines()).isEmpty();
        assertThat(settings)
                .isEqualTo(new ModelSettings(
                        Optional.of("fraud"),
                        Optional.of("net.onnx"),
                        new ModelConfig(
                                new VersionPolicy.Latest(2),
                                new BatchingConfig(
                                        BatchingConfig.Mode.ON,
                                        32,
                                        100,
                                        1 << 20,
                                        BatchingConfig.Execution.QUEUED,
                                        3,
                                        new LengthConfig(
                                                700,
                                                0.1,
                                                new PaddingConfig(true, "keep", Map.of("ids", 1.0, "depth", -0.5)))),
                                new RuntimeOptions(
                                        new Device(Device.Type.CUDA, 1),
                                        true,
                                        3,
                                        4,
                                        true,
                                        RuntimeOptions.GraphOptimization.EXTENDED,
                                        RuntimeOptions.ExecutionMode.PARALLEL,
                                        false,
                                        true,
                                        false,
                                        List.of(
                                                new RuntimeOptions.Provider("cuda", Map.of()),
                                                new RuntimeOptions.Provider(
                                                        "tensorrt", Map.of("trt_fp16_enable", "1"))),
                                        Map.of("session.x", "1"),
                                        Path.of("out/o.onnx"),
                                        Path.of("out/p")),
                                List.of("age", "income"),
                                Map.of("y", List.of("cat", "dog")))));
    }

    @Test
    void readsTheBreaker() {
        ModelSettings settings = read("""
                fallback: stable
                breaker: {enabled: false, window: 40, minimum-calls: 10, failure-percent: 25, pause: 5s, trial-calls: 3}
                """);

        assertThat(problems.lines()).isEmpty();
        assertThat(settings.config().breaker())
                .isEqualTo(new BreakerConfig(false, 40, 10, 25, Duration.ofSeconds(5), 3));
        assertThat(settings.config().serving().fallback()).contains(new VersionSelector.Label("stable"));
    }

    @Test
    void theFewestCallsThatDecideFollowASmallerWindow() {
        assertThat(read("breaker: {window: 8}").config().breaker().minimumCalls())
                .isEqualTo(8);
        assertThat(problems.lines()).isEmpty();
    }

    static Stream<Arguments> versionPolicies() {
        return Stream.of(
                Arguments.of("latest", new VersionPolicy.Latest(1)),
                Arguments.of("latest 3", new VersionPolicy.Latest(3)),
                Arguments.of("{latest: 3}", new VersionPolicy.Latest(3)),
                Arguments.of("all", new VersionPolicy.All()),
                Arguments.of("[1, 3]", new VersionPolicy.Specific(Set.of(1L, 3L))),
                Arguments.of("{specific: [1, 3]}", new VersionPolicy.Specific(Set.of(1L, 3L))),
                Arguments.of("4", new VersionPolicy.Specific(Set.of(4L))));
    }

    @ParameterizedTest
    @MethodSource("versionPolicies")
    void readsVersionPolicies(String yaml, VersionPolicy expected) {
        assertThat(read("versions: " + yaml).config().versions()).isEqualTo(expected);
        assertThat(problems.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "versions: newest| versions: must be latest N, all, or a list of versions such as [1, 3], got newest",
                "versions: []| versions: must be latest N, all, or a list of versions such as [1, 3], got a list",
                "versions: {newest: 1}| "
                        + "versions: must be latest N, all, or a list of versions such as [1, 3], got a mapping",
                "versions: latest 0| versions: latest must be 1 or greater, got latest 0",
                "versions: {latest: 0}| versions: must be between 1 and 2147483647, got 0",
                "versions: [1, 0]| versions: must be a version, 1 or greater, got 0",
                "versions: [01]| versions: must be a version, 1 or greater, got 01",
                "versions: -1| versions: must be latest N, all, or a list of versions such as [1, 3], got -1",
                "batching: {max-batch-size: 0}| batching.max-batch-size: must be between 1 and 1024, got 0",
                "batching: {max-batch-size: 1025}| batching.max-batch-size: must be between 1 and 1024, got 1025",
                "batching: {enabled: yes}| batching.enabled: must be true, false or auto, got yes",
                "batching: {queue-rows: 0}| batching.queue-rows: must be between 1 and 10000000, got 0",
                "batching: {queue-bytes: 1}| batching.queue-bytes: must be between 1KiB and 1TiB, got 1",
                "batching: {execution: loop}| batching.execution: must be auto, inline or queued, got loop",
                "batching: {parallel-runs: 0}| batching.parallel-runs: must be between 1 and 1024, got 0",
                "batching: {cells-max: 0}| batching.cells-max: must be between 1 and 1000000000, got 0",
                "batching: {waste-max: 0.95}| batching.waste-max: must be a number between 0 and 0.9, got 0.95",
                "batching: {waste-max: NaN}| batching.waste-max: must be a number between 0 and 0.9, got NaN",
                "batching: {padding: on}| batching.padding: must be auto, off or a mapping with mask and values, got on",
                "batching: {padding: {masks: m}}| "
                        + "batching.padding: must be auto, off or a mapping with mask and values, got the key masks",
                "batching: {padding: {values: {ids: x}}}| batching.padding: 'ids' must be a number, got x",
                "batching: {max-batch: 4}| batching.max-batch: unknown key",
                "batching: {max-batchsize: 4}| "
                        + "batching.max-batchsize: unknown key; did you mean batching.max-batch-size?",
                "device: gpu| device: must be cpu or cuda:N, got gpu",
                "device: cuda:-1| device: must be cpu or cuda:N, got cuda:-1",
                "device-fallback: cuda| device-fallback: must be none or cpu, got cuda",
                "threads: {intra-op: 2000}| threads.intra-op: must be between 0 and 1024, got 2000",
                "threads: 4| threads: must be a mapping of keys to values, got a single value",
                "graph-optimization: most| graph-optimization: must be off, basic, extended or all, got most",
                "execution: serial| execution: must be sequential or parallel, got serial",
                "providers: [tensorr]| providers: providers must be among cuda, tensorrt, openvino, dnnl, xnnpack, coreml,"
                        + " got tensorr; did you mean tensorrt?",
                "providers: [{cuda: {}, tensorrt: {}}]| "
                        + "providers: must be a provider's name or one {name: options}, got a mapping",
                "features: [a, b, a]| features: names must be distinct, got a twice",
                "features: [a, \"\"]| features: must not be empty, got an empty text",
                "labels: {y: cat}| labels: 'y' must be a list of labels, got cat",
                "labels: {y: []}| labels: 'y' must be a list of labels, got a list",
                "model-file: a/b.onnx| model-file: must be a file name without folders, got a/b.onnx",
                "workers: 2| workers: unknown key",
                "fallback: 0| fallback: must be a version number from 1 or a label, got 0",
                "breaker: {window: 0}| breaker.window: must be between 1 and 10000, got 0",
                "breaker: {window: 10, minimum-calls: 11}| "
                        + "breaker.minimum-calls: must be between 1 and the window of 10, got 11",
                "breaker: {failure-percent: 101}| breaker.failure-percent: must be between 1 and 100, got 101",
                "breaker: {pause: 10ms}| breaker.pause: must be between 100ms and 1d, got 10ms",
                "breaker: {trial-calls: 0}| breaker.trial-calls: must be between 1 and 10000, got 0",
            })
    void saysWhatIsWrong(String yaml, String expected) {
        read(yaml);

        assertThat(problems.lines()).containsExactly("m/model.yaml:1: " + expected);
    }

    @Test
    void documentsEveryKeyOnce() {
        assertThat(ModelSettings.all()).extracting(Setting::key).doesNotHaveDuplicates();
        assertThat(ModelSettings.all())
                .extracting(Setting::documentationRow)
                .contains(
                        "| `versions` | `latest N`, `all`, list of versions | `latest 1` | Which versions are served |",
                        "| `batching.max-batch-size` | integer, 1 to 1024 | chosen | Most rows of one run |",
                        "| `batching.parallel-runs` | integer, 1 to 1024 | chosen | Most runs at once; never more than there"
                                + " are inference threads |");
    }

    @Test
    void readsATextTransform() {
        Optional<TransformConfig> read = read("""
                transform: text
                text: {tokenizer: t.json, max-length: 256, max-bytes: 4KiB, pooling: mean, normalize: true, output: h}
                """).config().transform();

        assertThat(problems.lines()).isEmpty();
        assertThat(read)
                .contains(new TransformConfig.Text(
                        "t.json", 256, 4096, TransformConfig.Pooling.MEAN, true, Optional.of("h")));
    }

    @Test
    void readsAnImageTransform() {
        Optional<TransformConfig> read = read("""
                transform: image
                image: {width: 224, height: 200, resize: 256, resample: bicubic, scale: 1, mean: [1, 2.5, 3], std: 4,
                        layout: nhwc, max-bytes: 1MiB, max-pixels: 1000, max-request-pixels: 9000,
                        labels: l.txt}
                """).config().transform();

        assertThat(problems.lines()).isEmpty();
        assertThat(read)
                .contains(new TransformConfig.Image(
                        224,
                        200,
                        256,
                        TransformConfig.Resample.BICUBIC,
                        1,
                        List.of(1.0, 2.5, 3.0),
                        List.of(4.0),
                        1 << 20,
                        1000,
                        9000,
                        TransformConfig.Layout.NHWC,
                        Optional.of("l.txt")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text: {pooling: mean}| text.pooling: needs transform: text",
                "{transform: image, text: {pooling: mean}}| text.pooling: needs transform: text",
                "{transform: text, image: {resize: 9}}| image.resize: needs transform: image",
                "{transform: text, text: {normalize: true}}| text.normalize: needs text.pooling mean or cls",
                "{transform: text, text: {output: h}}| text.output: needs text.pooling mean or cls",
                "{transform: image, image: {std: 0}}| image.std: must be a number except 0, or a list of one for each channel",
                "transform: sound| transform: must be none, text or image"
            })
    void saysWhatIsWrongWithATransform(String yaml, String problem) {
        read(yaml);

        assertThat(problems.lines()).hasSize(1);
        assertThat(problems.lines().get(0)).contains(problem);
    }

    /** So that {@code --set models.m.transform=none} needs nothing else. */
    @Test
    void noneTurnsATransformOffWhateverStandsBesideIt() {
        assertThat(read("{transform: none, text: {pooling: mean}}").config().transform())
                .isEmpty();
        assertThat(problems.lines()).isEmpty();
    }
}
