package dev.sluice.loader.runtime.onnx;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.FileCheck;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The step {@code files}: a version's files are what they should be, where they should be, and not too large, and the model
 * says nothing of itself that the bytes do not bear out. Nothing but the model file is opened, and that only when everything
 * around it has passed.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class FileSafety implements FileCheck {
    static final String STEP = "files";

    private final SafetyLimits limits;
    private final Consumer<OnnxFile> read;

    /**
     * @param read takes the model file that passed, which need not be read again
     */
    FileSafety(SafetyLimits limits, Consumer<OnnxFile> read) {
        this.limits = limits;
        this.read = read;
    }

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(VersionFiles files, ModelConfig config) throws ModelLoadException {
        VersionEntries entries = VersionEntries.of(files, STEP, limits);
        entries.include(files.modelFile());
        OnnxFile file = readModel(files);
        for (String location : file.external()) {
            entries.include(file.folder().resolve(location));
        }
        read.accept(file);
        return String.format(
                Locale.ROOT,
                "%d %s, %d bytes",
                entries.files(),
                entries.files() == 1 ? "file" : "files",
                entries.totalBytes());
    }

    private OnnxFile readModel(VersionFiles files) throws ModelLoadException {
        try {
            return OnnxFile.read(files.modelFile(), limits);
        } catch (ModelLoadException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        }
    }
}
