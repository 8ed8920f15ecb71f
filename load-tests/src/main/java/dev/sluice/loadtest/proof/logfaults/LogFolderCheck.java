package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import dev.sluice.loadtest.proof.inputlog.InstanceLog;
import dev.sluice.loadtest.proof.inputlog.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares the files of a server that has ended with what it said.
 *
 * <p>Threading: stateless.
 */
final class LogFolderCheck {
    private LogFolderCheck() {}

    /** Settings of a server that writes there. */
    static List<String> settings(Path folder) {
        return List.of("log.dir=" + folder.toAbsolutePath(), "log.rotated=plain", "log.segment-bytes=8MiB");
    }

    /** What is wrong. */
    static List<String> complaints(Path folder, ChannelCounts counts) throws IOException {
        LogFiles files = new LogFiles(folder);
        Set<String> instances = files.instances();
        if (instances.size() != 1) {
            return List.of("there must be files of one process, got " + instances.size());
        }
        InstanceLog log = files.read(instances.iterator().next());
        List<String> complaints = new ArrayList<>(files.flaws());
        ChannelCounts windows = log.windows();
        if (windows.received() != counts.received()
                || windows.logged() != counts.logged()
                || windows.dropped() != counts.dropped()
                || windows.sampledOut() != counts.sampledOut()) {
            complaints.add(
                    "the windows in the files say: " + windows.words() + "; the metrics said: " + counts.words());
        }
        if (log.records() != counts.logged()) {
            complaints.add("there must be " + counts.logged() + " records in the files, got " + log.records());
        }
        if (log.openSegments() > 0 || log.interrupted() > 0) {
            complaints.add("a server that was asked to end must close its files, got " + log.openSegments() + " open, "
                    + log.interrupted() + " interrupted windows");
        }
        return complaints;
    }
}
