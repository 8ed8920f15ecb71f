package dev.sluice.loader.repository;

/** How changes of the model repository are noticed. */
public enum WatchMode {
    /** By the operating system's word where the repository lies on a local file system, by looking regularly elsewhere. */
    AUTO,
    /** By the operating system's word. */
    NOTIFY,
    /** By looking regularly. */
    POLL,
    /** Not at all. */
    OFF
}
