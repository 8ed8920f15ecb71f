package dev.sluice.loader.runtime.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ReadRetry;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.repository.VersionTree;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.FileCheck;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code files}: a version's files are what they should be, where they should be, and not too large, and the model
 * says nothing of itself that the bytes do not bear out. Nothing but the model file is opened, and that only when everything
 * around it has passed. Where the file system fails, all of it is done again.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class FileSafety implements FileCheck {
    static final String STEP = "files";

    private final SafetyLimits limits;
    private final ReadRetry retry;
    private final Consumer<OnnxFile> read;

    /**
     * @param retry repeats reads that fail
     * @param read takes the model file that passed, which need not be read again
     */
    FileSafety(SafetyLimits limits, ReadRetry retry, Consumer<OnnxFile> read) {
        this.limits = limits;
        this.retry = retry;
        this.read = read;
    }

    /**
     * One attempt.
     *
     * @param refusal null when the version passed
     */
    private record Attempt(String found, @Nullable ModelLoadException refusal) implements ReadRetry.Incomplete {
        /** What a file says is the same at every attempt. */
        @Override
        public boolean mayHelp() {
            Throwable cause = refusal;
            while (cause instanceof ModelLoadException || cause instanceof DirectoryIteratorException) {
                cause = cause.getCause();
            }
            return cause != null && !(cause instanceof InvalidProtocolBufferException) && ReadRetry.isTransient(cause);
        }
    }

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(VersionFiles files, ModelConfig config) throws ModelLoadException {
        Attempt last;
        try {
            last = retry.call(() -> attempt(files));
        } catch (IOException e) {
            throw new ModelLoadException(STEP, "the version's files cannot be read: " + e.getMessage(), e);
        }
        if (last.refusal() != null) {
            throw last.refusal();
        }
        return last.found();
    }

    private Attempt attempt(VersionFiles files) {
        try {
            return new Attempt(look(files), null);
        } catch (ModelLoadException e) {
            return new Attempt("", e);
        }
    }

    private String look(VersionFiles files) throws ModelLoadException {
        VersionEntries entries = VersionEntries.of(files, STEP, limits);
        entries.include(files.modelFile());
        OnnxFile file = readModel(files);
        for (String location : file.external()) {
            Path external = file.folder().resolve(location);
            entries.include(external);
            requirePart(files, external, location);
        }
        read.accept(file);
        return String.format(
                Locale.ROOT,
                "%d %s, %d bytes",
                entries.files(),
                entries.files() == 1 ? "file" : "files",
                entries.totalBytes());
    }

    /** What is no part of the version is in no manifest, and nobody notices when it changes. */
    private static void requirePart(VersionFiles files, Path external, String location) throws ModelLoadException {
        Path folder = files.folder().toAbsolutePath().normalize();
        Path relative = folder.relativize(external.normalize());
        if (!VersionTree.includes(relative)) {
            throw new ModelLoadException(
                    STEP,
                    Shown.quoted(files.modelFile()) + " refers to external data " + Shown.quoted(location)
                            + ", which is no part of the version: hidden files, editors' backups and the model's"
                            + " configuration never are");
        }
    }

    private OnnxFile readModel(VersionFiles files) throws ModelLoadException {
        try {
            return OnnxFile.read(files.modelFile(), limits);
        } catch (ModelLoadException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        }
    }
}
