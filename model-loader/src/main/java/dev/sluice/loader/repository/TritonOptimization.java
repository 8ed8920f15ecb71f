package dev.sluice.loader.repository;

import dev.sluice.settings.SettingsNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Translates {@code optimization}: the level of graph optimisation and the execution accelerators.
 *
 * <p>Triton uses GPU accelerators only for instances on a GPU, and CUDA behind them. A file that names one and no {@code
 * instance_group} runs on the first GPU, or on the CPU where there is none, as Triton chooses by itself.
 *
 * <p>Threading: confined to the thread that translates.
 *
 * @see "triton-inference-server/onnxruntime_backend, README.md, sections on TensorRT, CUDA and OpenVINO"
 */
final class TritonOptimization {
    private static final Map<String, String> TENSORRT_NAMES = Map.of(
            "max_workspace_size_bytes", "trt_max_workspace_size",
            "int8_calibration_table_name", "trt_int8_calibration_table_name",
            "int8_use_native_calibration_table", "trt_int8_use_native_calibration_table");

    private static final Set<String> TENSORRT_PRECISIONS = Set.of("FP16", "BF16", "INT8");

    private final TritonSettings settings;
    private final List<SettingsNode> providers = new ArrayList<>();

    private TritonOptimization(TritonSettings settings) {
        this.settings = settings;
    }

    static void translate(ProtoMessage config, TritonSettings settings) {
        TritonOptimization optimization = new TritonOptimization(settings);
        boolean onCpu = config.all("instance_group").stream()
                .limit(1)
                .anyMatch(group -> group.body().text("kind").equals("KIND_CPU"));
        boolean deviceIsChosen = !config.all("instance_group").isEmpty();
        for (ProtoMessage.Field field : config.all("optimization")) {
            for (ProtoMessage.Field each : field.body().fields()) {
                switch (each.name()) {
                    case "graph" -> optimization.graph(each.body());
                    case "execution_accelerators" -> optimization.accelerators(each, onCpu, deviceIsChosen);
                    default -> settings.unapplied("optimization." + each.name(), "has no meaning here");
                }
            }
        }
    }

    private void graph(ProtoMessage graph) {
        graph.last("level").ifPresent(level -> {
            switch (level.text()) {
                case "-1" -> settings.set("graph-optimization", level.line(), "basic");
                case "0" -> settings.set("graph-optimization", level.line(), "all");
                case "1" -> settings.set("graph-optimization", level.line(), "extended");
                case "2" -> settings.set("graph-optimization", level.line(), "off");
                default ->
                    settings.problem(
                            level.line(), "optimization.graph.level must be -1, 0, 1 or 2, got " + level.text());
            }
        });
    }

    private void accelerators(ProtoMessage.Field field, boolean onCpu, boolean deviceIsChosen) {
        List<ProtoMessage.Field> gpu = field.body().all("gpu_execution_accelerator");
        if (onCpu && !gpu.isEmpty()) {
            settings.unapplied(
                    "optimization.execution_accelerators.gpu_execution_accelerator", "the model runs on the CPU");
        } else if (!gpu.isEmpty()) {
            gpu.forEach(this::gpuAccelerator);
            if (gpu.stream().noneMatch(each -> each.body().text("name").equals("cuda"))) {
                add(field.line(), "cuda", Map.of());
            }
            if (!deviceIsChosen) {
                settings.set("device", field.line(), "cuda:0");
                settings.set("device-fallback", field.line(), "cpu");
            }
        }
        for (ProtoMessage.Field each : field.body().all("cpu_execution_accelerator")) {
            String name = each.body().text("name");
            if (name.equals("openvino")) {
                add(each.line(), name, parameters(each.body()));
            } else {
                settings.problem(each.line(), "cpu_execution_accelerator must be openvino, got " + name);
            }
        }
        if (!providers.isEmpty()) {
            settings.set("providers", field.line(), new SettingsNode.Sequence(settings.place(field.line()), providers));
        }
    }

    private void gpuAccelerator(ProtoMessage.Field field) {
        String name = field.body().text("name");
        Map<String, String> parameters = parameters(field.body());
        switch (name) {
            case "cuda" -> add(field.line(), name, parameters);
            case "tensorrt" -> add(field.line(), name, tensorRt(field.line(), parameters));
            default ->
                settings.problem(field.line(), "gpu_execution_accelerator must be tensorrt or cuda, got " + name);
        }
    }

    private Map<String, String> tensorRt(int line, Map<String, String> parameters) {
        Map<String, String> options = new LinkedHashMap<>();
        parameters.forEach((key, value) -> {
            if (!key.equals("precision_mode")) {
                options.put(TENSORRT_NAMES.getOrDefault(key, key), value);
            } else if (TENSORRT_PRECISIONS.contains(value)) {
                options.put("trt_" + value.toLowerCase(Locale.ROOT) + "_enable", "1");
            } else if (!value.equals("FP32")) {
                settings.problem(line, "precision_mode must be FP32, FP16, BF16 or INT8, got " + value);
            }
        });
        return options;
    }

    private void add(int line, String name, Map<String, String> options) {
        providers.add(new SettingsNode.Mapping(
                settings.place(line),
                Map.of(name, new SettingsNode.Entry(settings.place(line), settings.mapping(line, options)))));
    }

    private static Map<String, String> parameters(ProtoMessage accelerator) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (ProtoMessage.Field each : accelerator.all("parameters")) {
            parameters.put(each.body().text("key"), each.body().text("value"));
        }
        return parameters;
    }
}
