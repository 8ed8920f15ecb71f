package dev.sluice.loader.verify;

import dev.sluice.loader.runtime.ModelLoadException;

/**
 * One step of the gate before serving that looks at an open version.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
public interface VersionCheck {
    /** The step's name, a word: what a version is quarantined at. */
    String step();

    /**
     * Looks at a version.
     *
     * @return what it found, in words; empty where there was nothing to look at
     * @throws ModelLoadException with {@link #step} and a reason that an operator can act on, when it may not serve
     */
    String check(Candidate candidate) throws ModelLoadException;
}
