package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TritonConfigTest {
    @TempDir
    Path folder;

    private final Problems problems = new Problems();
    private final TritonSettings triton = new TritonSettings("m/config.pbtxt", problems);

    private ModelSettings read(String text) throws ProtoTextException {
        TritonConfig.translate(ProtoText.parse(text), folder, triton);
        return ModelSettings.read(List.of(SettingsLayer.top(triton.settings())), problems);
    }

    static Stream<Arguments> applied() {
        Function<ModelSettings, Object> batching = s -> s.config().batching();
        Function<ModelSettings, Object> runtime = s -> s.config().runtime();
        Function<ModelSettings, Object> versions = s -> s.config().versions();
        Function<ModelSettings, Object> providers = s -> s.config().runtime().providers();
        Function<ModelSettings, Object> device = TritonConfigTest::device;
        Function<ModelSettings, Object> graph = s -> s.config().runtime().graphOptimization();
        RuntimeOptions defaults = RuntimeOptions.DEFAULT;
        return Stream.of(
                Arguments.of(
                        "max_batch_size: 16",
                        batching,
                        new BatchingConfig(BatchingConfig.Mode.ON, 16, 8192, 256L << 20)),
                Arguments.of(
                        "max_batch_size: 0",
                        batching,
                        new BatchingConfig(BatchingConfig.Mode.OFF, 0, 8192, 256L << 20)),
                Arguments.of("dynamic_batching {}", batching, BatchingConfig.DEFAULT),
                Arguments.of(
                        "max_batch_size: 4 dynamic_batching { default_queue_policy { max_queue_size: 100 } }",
                        batching,
                        new BatchingConfig(BatchingConfig.Mode.ON, 4, 100, 256L << 20)),
                Arguments.of(
                        "dynamic_batching { default_queue_policy { max_queue_size: 0 } }",
                        batching,
                        BatchingConfig.DEFAULT),
                Arguments.of("version_policy: { latest { num_versions: 3 } }", versions, new VersionPolicy.Latest(3)),
                Arguments.of("version_policy { latest {} }", versions, new VersionPolicy.Latest(1)),
                Arguments.of("version_policy: { all {} }", versions, new VersionPolicy.All()),
                Arguments.of(
                        "version_policy: { specific { versions: [1, 3] } }",
                        versions,
                        new VersionPolicy.Specific(Set.of(1L, 3L))),
                Arguments.of(
                        "version_policy: { specific { versions: 1 versions: 3 } }",
                        versions,
                        new VersionPolicy.Specific(Set.of(1L, 3L))),
                Arguments.of(
                        "name: \"fraud\"",
                        (Function<ModelSettings, Object>) s -> s.name().orElse(""),
                        "fraud"),
                Arguments.of(
                        "default_model_filename: \"net.onnx\"",
                        (Function<ModelSettings, Object>) s -> s.modelFile().orElse(""),
                        "net.onnx"),
                Arguments.of("platform: \"onnxruntime_onnx\"", runtime, defaults),
                Arguments.of("backend: \"onnxruntime\"", runtime, defaults),
                Arguments.of("instance_group [ { kind: KIND_CPU } ]", device, "cpu, fallback false"),
                Arguments.of("instance_group [ { kind: KIND_GPU } ]", device, "cuda:0, fallback false"),
                Arguments.of("instance_group { kind: KIND_GPU gpus: [ 2 ] }", device, "cuda:2, fallback false"),
                Arguments.of("instance_group { gpus: [ 1 ] }", device, "cuda:1, fallback true"),
                Arguments.of("instance_group { kind: KIND_AUTO count: 1 }", device, "cpu, fallback false"),
                Arguments.of("optimization { graph { level: -1 } }", graph, RuntimeOptions.GraphOptimization.BASIC),
                Arguments.of("optimization { graph { level: 0 } }", graph, RuntimeOptions.GraphOptimization.ALL),
                Arguments.of("optimization { graph : { level : 1 }}", graph, RuntimeOptions.GraphOptimization.EXTENDED),
                Arguments.of("optimization { graph { level: 2 } }", graph, RuntimeOptions.GraphOptimization.OFF),
                Arguments.of(
                        "optimization { execution_accelerators { cpu_execution_accelerator : [ { name : \"openvino\" } ] } }",
                        providers,
                        List.of(new RuntimeOptions.Provider("openvino", Map.of()))),
                Arguments.of(
                        "instance_group { kind: KIND_GPU } optimization { execution_accelerators {"
                                + " gpu_execution_accelerator : [ { name : \"tensorrt\""
                                + " parameters { key: \"precision_mode\" value: \"FP16\" }"
                                + " parameters { key: \"max_workspace_size_bytes\" value: \"1024\" }"
                                + " parameters { key: \"trt_engine_cache_enable\" value: \"1\" } } ] } }",
                        providers,
                        List.of(
                                new RuntimeOptions.Provider(
                                        "tensorrt",
                                        Map.of(
                                                "trt_fp16_enable",
                                                "1",
                                                "trt_max_workspace_size",
                                                "1024",
                                                "trt_engine_cache_enable",
                                                "1")),
                                new RuntimeOptions.Provider("cuda", Map.of()))),
                Arguments.of(
                        "optimization { execution_accelerators { gpu_execution_accelerator {"
                                + " name : \"cuda\" parameters { key: \"gpu_mem_limit\" value: \"9\" } } } }",
                        (Function<ModelSettings, Object>)
                                s -> device(s) + ", " + s.config().runtime().providers(),
                        "cuda:0, fallback true, [Provider[name=cuda, options={gpu_mem_limit=9}]]"),
                Arguments.of(
                        parameter("intra_op_thread_count", "3"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().intraOpThreads(),
                        3),
                Arguments.of(
                        parameter("inter_op_thread_count", "2"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().interOpThreads(),
                        2),
                Arguments.of(
                        parameter("execution_mode", "1"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().executionMode(),
                        RuntimeOptions.ExecutionMode.PARALLEL),
                Arguments.of(
                        parameter("enable_mem_arena", "0"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().memoryArena(),
                        false),
                Arguments.of(
                        parameter("enable_mem_pattern", "false"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().memoryPattern(),
                        false),
                Arguments.of(
                        parameter("memory.enable_memory_arena_shrinkage", "cpu:0"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().arenaShrinkage(),
                        true),
                Arguments.of(
                        parameter("session.use_device_allocator_for_initializers", "1"),
                        (Function<ModelSettings, Object>)
                                s -> s.config().runtime().sessionEntries(),
                        Map.of("session.use_device_allocator_for_initializers", "1")));
    }

    @ParameterizedTest
    @MethodSource("applied")
    void appliesWhatHasAMeaning(String text, Function<ModelSettings, Object> read, Object expected)
            throws ProtoTextException {
        ModelSettings settings = read(text);

        assertThat(read.apply(settings)).isEqualTo(expected);
        assertThat(problems.lines()).isEmpty();
        assertThat(triton.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "platform: \"tensorflow_savedmodel\"| m/config.pbtxt:1: platform tensorflow_savedmodel is not ONNX",
                "platform: \"ensemble\"| m/config.pbtxt:1: platform ensemble is not ONNX",
                "backend: \"python\"| m/config.pbtxt:1: backend python is not ONNX",
                "sequence_batching {}| "
                        + "m/config.pbtxt:1: sequence_batching is not supported: no state is kept between requests",
                "max_batch_size: -1| m/config.pbtxt:1: max_batch_size must be an integer, 0 or greater, got -1",
                "max_batch_size: many| m/config.pbtxt:1: max_batch_size must be an integer, 0 or greater, got many",
                "version_policy { newest {} }| "
                        + "m/config.pbtxt:1: version_policy must be latest, all or specific, got newest",
                "version_policy { latest { num_versions: 0 } }| "
                        + "m/config.pbtxt:1: versions: latest must be 1 or greater, got latest 0",
                "optimization { graph { level: 3 } }| "
                        + "m/config.pbtxt:1: optimization.graph.level must be -1, 0, 1 or 2, got 3",
                "optimization { execution_accelerators { gpu_execution_accelerator { name: \"rocm\" } } }| "
                        + "m/config.pbtxt:1: gpu_execution_accelerator must be tensorrt or cuda, got rocm",
                "optimization { execution_accelerators { cpu_execution_accelerator { name: \"dnnl\" } } }| "
                        + "m/config.pbtxt:1: cpu_execution_accelerator must be openvino, got dnnl",
                "parameters { key: \"intra_op_thread_count\" value { string_value: \"x\" } }| "
                        + "m/config.pbtxt:1: threads.intra-op: must be an integer between 0 and 1024, got x",
                "parameters { key: \"execution_mode\" value { string_value: \"2\" } }| "
                        + "m/config.pbtxt:1: parameter execution_mode must be 0 or 1, got 2",
                "default_model_filename: \"../secret.onnx\"| "
                        + "m/config.pbtxt:1: model-file: must be a file name without folders, got ../secret.onnx",
                "output { name: \"y\" label_filename: \"../labels.txt\" }| "
                        + "m/config.pbtxt:1: label_filename ../labels.txt: must lie inside the model's folder",
                "output { name: \"y\" label_filename: \"none.txt\" }| "
                        + "m/config.pbtxt:1: label_filename none.txt: no such file in the model's folder",
                "output { name: \"y\" label_filename: \"empty.txt\" }| "
                        + "m/config.pbtxt:1: label_filename empty.txt: must not be empty",
            })
    void refusesWhatItCannotDo(String text, String expected) throws Exception {
        Path outside = Files.writeString(folder.resolve("labels.txt"), "a\n");
        Path inside = Files.createDirectory(folder.resolve("m"));
        Files.writeString(inside.resolve("empty.txt"), "");

        TritonConfig.translate(ProtoText.parse(text), inside, triton);
        ModelSettings.read(List.of(SettingsLayer.top(triton.settings())), problems);

        assertThat(outside).exists();
        assertThat(problems.lines()).containsExactly(expected);
    }

    @Test
    void namesAllFieldsWithoutEffectInOneWarning() throws ProtoTextException {
        read("""
                max_batch_size: 2048
                input [ { name: "x" dims: [ 4 ] }, { name: "y" dims: [ 4 ] } ]
                dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 500 }
                instance_group [ { count: 2 kind: KIND_CPU }, { kind: KIND_GPU } ]
                optimization { cuda { graphs: true } execution_accelerators {
                  gpu_execution_accelerator { name: "tensorrt" } } }
                parameters { key: "gpu_mem_limit" value { string_value: "1" } }
                metric_tags { key: "a" value: "b" }
                """);

        assertThat(problems.lines()).isEmpty();
        assertThat(triton.warnings())
                .containsExactly("m/config.pbtxt: not applied:"
                        + " max_batch_size 2048 (at most 1024 rows run at once),"
                        + " input (names, types and shapes come from the model file),"
                        + " dynamic_batching.preferred_batch_size (a batch is what waits when the model is free),"
                        + " dynamic_batching.max_queue_delay_microseconds (a batch never waits for more requests),"
                        + " metric_tags (has no meaning here),"
                        + " instance_group.count (one instance of a version runs requests at the same time),"
                        + " instance_group (only the first group is read),"
                        + " optimization.cuda (has no meaning here),"
                        + " optimization.execution_accelerators.gpu_execution_accelerator (the model runs on the CPU),"
                        + " parameters.gpu_mem_limit (has no meaning here)");
    }

    @Test
    void readsLabelFiles() throws Exception {
        Files.writeString(folder.resolve("labels.txt"), "cat\r\ndog\n\nü\n");

        ModelSettings settings = read("output [ { name: \"y\" label_filename: \"labels.txt\" }, { name: \"z\" } ]");

        assertThat(settings.config().labels()).isEqualTo(Map.of("y", List.of("cat", "dog", "", "ü")));
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void followsLinksInsideTheFolderOnly(@TempDir Path elsewhere) throws IOException, ProtoTextException {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "s\n");
        Files.createSymbolicLink(folder.resolve("labels.txt"), secret);

        read("output { name: \"y\" label_filename: \"labels.txt\" }");

        assertThat(problems.lines())
                .containsExactly("m/config.pbtxt:1: label_filename labels.txt: must lie inside the model's folder");
    }

    private static Object device(ModelSettings settings) {
        RuntimeOptions runtime = settings.config().runtime();
        return runtime.device() + ", fallback " + runtime.fallbackToCpu();
    }

    private static String parameter(String key, String value) {
        return "parameters { key: \"" + key + "\" value: { string_value: \"" + value + "\" } }";
    }

    @Test
    void devicesAreParsedAsModelYamlDoes() throws ProtoTextException {
        assertThat(read("instance_group { kind: KIND_GPU gpus: 3 }")
                        .config()
                        .runtime()
                        .device())
                .isEqualTo(new Device(Device.Type.CUDA, 3));
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInTheLabelsPlaceIsAProblemThatHoldsNobodyUp() throws Exception {
        Process pipe = new ProcessBuilder("mkfifo", folder.resolve("labels.txt").toString())
                .inheritIO()
                .start();
        assertThat(pipe.waitFor()).isZero();

        read("output { name: \"y\" label_filename: \"labels.txt\" }");

        assertThat(problems.lines())
                .containsExactly("m/config.pbtxt:1: label_filename labels.txt:"
                        + " must be a file, but is a pipe, a socket or a device");
    }
}
