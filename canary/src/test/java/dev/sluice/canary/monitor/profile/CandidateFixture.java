package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.loader.repository.GateConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.loader.runtime.onnx.OnnxModelLoader;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A test model opened by the real runtime, in a version folder of a test's own. */
final class CandidateFixture implements AutoCloseable {
    private static final Path MODELS = Path.of("..", "model-loader", "src", "test", "models");

    final TensorPool pool = new TensorPool(16L << 20);
    private final VersionFiles files;
    private final ServableModel model;

    CandidateFixture(Path folder, String name) {
        files = new VersionFiles(new ModelKey("m", 1), folder, folder.resolve("model.onnx"));
        try {
            Files.copy(
                    MODELS.resolve(name).resolve("1").resolve("model.onnx"),
                    files.modelFile(),
                    StandardCopyOption.REPLACE_EXISTING);
            model = new OnnxModelLoader(pool, 1, "1".equals(System.getenv("ORT_DISABLE_TELEMETRY")))
                    .load(files.key(), files.modelFile(), RuntimeOptions.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ModelLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    ModelSignature signature() {
        return model.signature();
    }

    Candidate candidate(List<String> features, boolean requireGolden) {
        ModelConfig config = new ModelConfig(
                ModelConfig.DEFAULT.versions(),
                ModelConfig.DEFAULT.batching(),
                ModelConfig.DEFAULT.runtime(),
                features,
                Map.of(),
                ServingConfig.DEFAULT,
                new GateConfig(false, requireGolden, GateConfig.SignatureRule.COMPATIBLE),
                BreakerConfig.DEFAULT,
                Optional.empty(),
                MonitoringConfig.OFF);
        return new Candidate(files, config, Device.CPU, model.signature(), Optional.empty(), pool, model::run);
    }

    void write(String profile) {
        try {
            Files.writeString(files.folder().resolve("profile.json"), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VersionFiles files() {
        return files;
    }

    @Override
    public void close() {
        model.close();
    }
}
