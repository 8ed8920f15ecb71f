package dev.sluice.loader.verify;

import java.util.List;

/**
 * The steps before serving that look at a version from outside the runtime, in their order.
 *
 * <p>Threading: immutable; the checks are thread-safe.
 *
 * @param files what is looked at before the runtime opens anything
 * @param signature what is looked at once the version is open, before it runs
 * @param answers what is looked at last: the version has run, and answers are compared
 */
public record Gate(List<FileCheck> files, List<VersionCheck> signature, List<VersionCheck> answers) {
    /** Only what every version must pass anyway. */
    public static final Gate NONE = new Gate(List.of(), List.of(), List.of());

    public Gate {
        files = List.copyOf(files);
        signature = List.copyOf(signature);
        answers = List.copyOf(answers);
    }
}
