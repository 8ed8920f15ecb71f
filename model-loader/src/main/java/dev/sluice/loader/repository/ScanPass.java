package dev.sluice.loader.repository;

import dev.sluice.settings.SettingsLayer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one look at the repository share.
 *
 * <p>Threading: confined to the thread that looks.
 */
final class ScanPass {
    private final Map<String, List<SettingsLayer>> overlays;
    private final Settling.Pass settling;
    private boolean local = true;
    private boolean whole = true;
    private @Nullable IOException failure;

    /**
     * @param overlays by model name, the layers that stand above a model's own files
     */
    ScanPass(Map<String, List<SettingsLayer>> overlays, Settling.Pass settling) {
        this.overlays = overlays;
        this.settling = settling;
    }

    List<SettingsLayer> overlays(String model) {
        return overlays.getOrDefault(model, List.of());
    }

    Settling.Pass settling() {
        return settling;
    }

    /** From here on it looks at a repository folder on such storage. */
    void enter(RepositoryStorage storage) {
        local = storage.local();
    }

    /** Whether the file system's clock and file keys can be trusted. */
    boolean local() {
        return local;
    }

    /** Something could not be read; looking again may help. */
    void failed(IOException e) {
        whole = false;
        if (failure == null && ReadRetry.isTransient(e)) {
            failure = e;
        }
    }

    /** Whether everything could be read. */
    boolean isWhole() {
        return whole;
    }

    /** Why looking again may help; null when there is no reason to. */
    @Nullable IOException failure() {
        return failure;
    }
}
