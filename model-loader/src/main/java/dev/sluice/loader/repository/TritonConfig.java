package dev.sluice.loader.repository;

import dev.sluice.settings.SettingsNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Translates the fields of a Triton model configuration that apply to Sluice into settings of {@code model.yaml}.
 *
 * <p>Threading: confined to the thread that translates; reads label files, so it blocks.
 *
 * @see "triton-inference-server/common, protobuf/model_config.proto, ModelConfig"
 */
final class TritonConfig {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern ONNX_PLATFORM = Pattern.compile("onnx(runtime)?(_onnx(v1)?)?");

    private final ProtoMessage config;
    private final Path modelFolder;
    private final TritonSettings settings;

    private TritonConfig(ProtoMessage config, Path modelFolder, TritonSettings settings) {
        this.config = config;
        this.modelFolder = modelFolder;
        this.settings = settings;
    }

    /**
     * Translates a whole file.
     *
     * @param modelFolder where label files lie
     */
    static void translate(ProtoMessage config, Path modelFolder, TritonSettings settings) {
        TritonConfig triton = new TritonConfig(config, modelFolder, settings);
        for (ProtoMessage.Field field : config.fields()) {
            triton.field(field);
        }
        triton.labels();
        triton.instanceGroups();
        TritonOptimization.translate(config, settings);
        TritonParameters.translate(config, settings);
    }

    private void field(ProtoMessage.Field field) {
        switch (field.name()) {
            case "output", "instance_group", "optimization", "parameters" -> {
                // Each of them is read as a whole.
            }
            case "name" -> {
                if (!field.text().isEmpty()) {
                    settings.set("name", field.line(), field.text());
                }
            }
            case "platform", "backend" -> {
                if (!field.text().isEmpty()
                        && !ONNX_PLATFORM.matcher(field.text()).matches()) {
                    settings.problem(field.line(), field.name() + " " + field.text() + " is not ONNX");
                }
            }
            case "max_batch_size" -> maxBatchSize(field);
            case "default_model_filename" -> {
                if (!field.text().isEmpty()) {
                    settings.set("model-file", field.line(), field.text());
                }
            }
            case "version_policy" -> versionPolicy(field);
            case "dynamic_batching" -> dynamicBatching(field);
            case "sequence_batching" ->
                settings.problem(field.line(), "sequence_batching is not supported: no state is kept between requests");
            case "ensemble_scheduling" -> settings.problem(field.line(), "ensemble_scheduling is not supported");
            case "input" -> settings.unapplied("input", "names, types and shapes come from the model file");
            case "model_warmup" -> settings.unapplied("model_warmup", "every version is run before it is served");
            case "response_cache" -> settings.unapplied("response_cache", "answers are not cached");
            default -> settings.unapplied(field.name(), "has no meaning here");
        }
    }

    private void maxBatchSize(ProtoMessage.Field field) {
        OptionalLong size = integer(field, 0);
        if (size.isEmpty()) {
            return;
        }
        if (size.getAsLong() == 0) {
            settings.set("batching.enabled", field.line(), "false");
            return;
        }
        settings.set("batching.enabled", field.line(), "true");
        long applied = Math.min(size.getAsLong(), BatchingConfig.ROWS_MAX);
        settings.set("batching.max-batch-size", field.line(), Long.toString(applied));
        if (applied < size.getAsLong()) {
            settings.unapplied("max_batch_size " + size.getAsLong(), "at most " + applied + " rows run at once");
        }
    }

    private void dynamicBatching(ProtoMessage.Field field) {
        for (ProtoMessage.Field each : field.body().fields()) {
            String name = "dynamic_batching." + each.name();
            switch (each.name()) {
                case "max_queue_delay_microseconds" -> {
                    if (!each.text().equals("0")) {
                        settings.unapplied(name, "a batch never waits for more requests");
                    }
                }
                case "preferred_batch_size" -> settings.unapplied(name, "a batch is what waits when the model is free");
                case "default_queue_policy" -> queuePolicy(name, each.body());
                default -> settings.unapplied(name, "has no meaning here");
            }
        }
    }

    private void queuePolicy(String parent, ProtoMessage policy) {
        for (ProtoMessage.Field each : policy.fields()) {
            if (each.name().equals("max_queue_size")) {
                OptionalLong size = integer(each, 0);
                if (size.isPresent() && size.getAsLong() > 0) {
                    long rows = Math.min(size.getAsLong(), ModelSettings.QUEUE_ROWS_MAX);
                    settings.set("batching.queue-rows", each.line(), Long.toString(rows));
                }
            } else {
                settings.unapplied(parent + "." + each.name(), "a request's own deadline holds");
            }
        }
    }

    private void versionPolicy(ProtoMessage.Field field) {
        for (ProtoMessage.Field policy : field.body().fields()) {
            switch (policy.name()) {
                case "latest" -> {
                    String count = policy.body().text("num_versions");
                    settings.set("versions", policy.line(), "latest " + (count.isEmpty() ? "1" : count));
                }
                case "all" -> settings.set("versions", policy.line(), "all");
                case "specific" ->
                    settings.set(
                            "versions",
                            policy.line(),
                            settings.list(
                                    policy.line(),
                                    policy.body().all("versions").stream()
                                            .map(ProtoMessage.Field::text)
                                            .toList()));
                default ->
                    settings.problem(
                            policy.line(), "version_policy must be latest, all or specific, got " + policy.name());
            }
        }
    }

    private void instanceGroups() {
        List<ProtoMessage.Field> groups = config.all("instance_group");
        for (int i = 0; i < groups.size(); i++) {
            ProtoMessage group = groups.get(i).body();
            if (i == 0) {
                device(groups.get(i).line(), group);
            }
            for (ProtoMessage.Field each : group.fields()) {
                String name = "instance_group." + each.name();
                switch (each.name()) {
                    case "kind", "gpus", "name" -> {
                        // Read as a whole; a group's name says nothing.
                    }
                    case "count" -> {
                        if (!each.text().equals("1")) {
                            settings.unapplied(name, "one instance of a version runs requests at the same time");
                        }
                    }
                    default -> settings.unapplied(name, "has no meaning here");
                }
            }
        }
        if (groups.size() > 1) {
            settings.unapplied("instance_group", "only the first group is read");
        }
    }

    private void device(int line, ProtoMessage group) {
        List<ProtoMessage.Field> gpus = group.all("gpus");
        String kind = group.text("kind");
        switch (kind) {
            case "KIND_CPU" -> settings.set("device", line, "cpu");
            case "KIND_GPU" -> settings.set("device", line, "cuda:" + firstGpu(gpus));
            case "", "KIND_AUTO" -> {
                if (!gpus.isEmpty()) {
                    settings.set("device", line, "cuda:" + firstGpu(gpus));
                    settings.set("device-fallback", line, "cpu");
                }
            }
            default -> settings.unapplied("instance_group.kind " + kind, "only KIND_CPU and KIND_GPU choose a device");
        }
        if (gpus.size() > 1) {
            settings.unapplied("instance_group.gpus", "only the first one is used");
        }
    }

    private static String firstGpu(List<ProtoMessage.Field> gpus) {
        return gpus.isEmpty() ? "0" : gpus.get(0).text();
    }

    private void labels() {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        int line = 0;
        for (ProtoMessage.Field output : config.all("output")) {
            settings.unapplied("output", "names, types and shapes come from the model file");
            String file = output.body().text("label_filename");
            if (!file.isEmpty()) {
                line = output.body()
                        .last("label_filename")
                        .map(ProtoMessage.Field::line)
                        .orElse(0);
                try {
                    labels.put(output.body().text("name"), LabelFile.read(modelFolder, file));
                } catch (IOException e) {
                    settings.problem(line, "label_filename " + file + ": " + e.getMessage());
                }
            }
        }
        if (!labels.isEmpty()) {
            Map<String, SettingsNode.Entry> entries = new LinkedHashMap<>();
            int place = line;
            labels.forEach((output, lines) ->
                    entries.put(output, new SettingsNode.Entry(settings.place(place), settings.list(place, lines))));
            settings.set("labels", line, new SettingsNode.Mapping(settings.place(line), entries));
        }
    }

    private OptionalLong integer(ProtoMessage.Field field, long min) {
        if (!INTEGER.matcher(field.text()).matches() || Long.parseLong(field.text()) < min) {
            settings.problem(
                    field.line(), field.name() + " must be an integer, " + min + " or greater, got " + field.text());
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(field.text()));
    }
}
