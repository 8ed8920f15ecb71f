package dev.sluice.gateway;

import dev.sluice.loader.lifecycle.LoadReport;
import java.util.List;

/**
 * Is told how a start goes, for people to read.
 *
 * <p>Threading: called on the starting thread and on load threads.
 */
public interface StartupListener {
    /** Says nothing. */
    StartupListener SILENT = new StartupListener() {};

    /** What lies in the repository, before anything is loaded. */
    default void found(int models, int versions, List<String> warnings) {}

    /** One version was loaded or failed. */
    default void loaded(LoadReport report) {}
}
