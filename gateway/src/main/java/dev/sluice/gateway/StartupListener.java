package dev.sluice.gateway;

import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.model.ModelKey;
import java.util.List;

/**
 * Is told how a start goes, for people to read.
 *
 * <p>Threading: called on the starting thread and on load threads; must not block.
 */
public interface StartupListener {
    /** What lies in the repository, before anything is loaded. */
    void found(int modelCount, int versionCount, List<String> warnings);

    /** One version was loaded. */
    void ready(ReadyVersion version);

    /** One version cannot be served. */
    void failed(ModelKey key, String step, String reason);

    /** Says nothing. */
    static StartupListener silent() {
        return new StartupListener() {
            @Override
            public void found(int modelCount, int versionCount, List<String> warnings) {}

            @Override
            public void ready(ReadyVersion version) {}

            @Override
            public void failed(ModelKey key, String step, String reason) {}
        };
    }
}
