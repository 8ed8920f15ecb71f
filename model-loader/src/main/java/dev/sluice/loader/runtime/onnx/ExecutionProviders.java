package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Adds execution providers to a session's options, most preferred first; the CPU's own comes last by itself.
 *
 * <p>Threading: stateless.
 */
final class ExecutionProviders {
    private static final String STEP = "session";

    private static final Map<String, OrtProvider> BY_NAME = Map.of(
            "cuda", OrtProvider.CUDA,
            "tensorrt", OrtProvider.TENSOR_RT,
            "openvino", OrtProvider.OPEN_VINO,
            "dnnl", OrtProvider.DNNL,
            "xnnpack", OrtProvider.XNNPACK,
            "coreml", OrtProvider.CORE_ML);

    private ExecutionProviders() {}

    /**
     * Adds {@code providers}, and CUDA itself where the device needs it.
     *
     * @throws ModelLoadException step {@code session} for a provider that is unknown or not in this build, or {@code device}
     *     when the build cannot reach the device at all
     */
    static void add(SessionOptions options, Device device, List<RuntimeOptions.Provider> providers)
            throws ModelLoadException, OrtException {
        boolean onCuda = device.type() == Device.Type.CUDA;
        if (onCuda && !isAvailable(OrtProvider.CUDA)) {
            throw new ModelLoadException(
                    "device",
                    "device " + device + " is not there: this build of ONNX Runtime has no cuda; it has "
                            + available());
        }
        List<RuntimeOptions.Provider> ordered = new ArrayList<>(providers);
        if (onCuda && providers.stream().noneMatch(provider -> provider.name().equals("cuda"))) {
            ordered.add(new RuntimeOptions.Provider("cuda", Map.of()));
        }
        for (RuntimeOptions.Provider provider : ordered) {
            OrtProvider known = BY_NAME.get(provider.name());
            if (known == null) {
                throw new ModelLoadException(
                        STEP,
                        "provider '" + provider.name() + "' is unknown; known are "
                                + BY_NAME.keySet().stream().sorted().collect(Collectors.joining(", "))
                                + "; this build of ONNX Runtime has " + available());
            }
            if (!isAvailable(known)) {
                throw new ModelLoadException(
                        STEP,
                        "provider '" + provider.name() + "' is not in this build of ONNX Runtime, which has "
                                + available());
            }
            add(options, device, provider);
        }
    }

    /** The providers of this build, for messages. */
    static String available() {
        return OrtEnvironment.getAvailableProviders().stream()
                .map(ExecutionProviders::name)
                .collect(Collectors.joining(", "));
    }

    private static boolean isAvailable(OrtProvider provider) {
        return OrtEnvironment.getAvailableProviders().contains(provider);
    }

    private static String name(OrtProvider provider) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> entry.getValue() == provider)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(provider.name().toLowerCase(Locale.ROOT));
    }

    private static void add(SessionOptions options, Device device, RuntimeOptions.Provider provider)
            throws ModelLoadException, OrtException {
        Map<String, String> settings = provider.options();
        switch (provider.name()) {
            case "cuda" -> {
                requireCuda(device, provider);
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
                    for (Map.Entry<String, String> setting : settings.entrySet()) {
                        cuda.add(setting.getKey(), setting.getValue());
                    }
                    options.addCUDA(cuda);
                }
            }
            case "tensorrt" -> {
                requireCuda(device, provider);
                try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(device.index())) {
                    for (Map.Entry<String, String> setting : settings.entrySet()) {
                        tensorRt.add(setting.getKey(), setting.getValue());
                    }
                    options.addTensorrt(tensorRt);
                }
            }
            case "openvino" -> {
                requireOnly(provider, Set.of("device_type"));
                options.addOpenVINO(settings.getOrDefault("device_type", "CPU"));
            }
            case "dnnl" -> {
                requireOnly(provider, Set.of("use_arena"));
                options.addDnnl(Boolean.parseBoolean(settings.getOrDefault("use_arena", "true")));
            }
            case "xnnpack" -> options.addXnnpack(settings);
            case "coreml" -> options.addCoreML(settings);
            default -> throw new AssertionError(provider.name());
        }
    }

    private static void requireCuda(Device device, RuntimeOptions.Provider provider) throws ModelLoadException {
        if (device.type() != Device.Type.CUDA) {
            throw new ModelLoadException(
                    STEP, "provider '" + provider.name() + "' needs the device cuda:N, got " + device);
        }
    }

    private static void requireOnly(RuntimeOptions.Provider provider, Set<String> allowed) throws ModelLoadException {
        for (String option : provider.options().keySet()) {
            if (!allowed.contains(option)) {
                throw new ModelLoadException(
                        STEP,
                        "provider '" + provider.name() + "' takes only the option " + String.join(", ", allowed)
                                + ", got '" + option + "'");
            }
        }
    }
}
