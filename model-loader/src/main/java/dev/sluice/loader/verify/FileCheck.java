package dev.sluice.loader.verify;

import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;

/**
 * One step of the gate before serving that looks at a version's files, before the runtime opens any of them.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
public interface FileCheck {
    /** The step's name, a word: what a version is quarantined at. */
    String step();

    /**
     * Looks at the files of a version.
     *
     * @return what it found, in words; empty where there was nothing to look at
     * @throws ModelLoadException with {@link #step} and a reason that an operator can act on, when it may not be opened
     */
    String check(VersionFiles files, ModelConfig config) throws ModelLoadException;
}
