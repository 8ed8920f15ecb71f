package dev.sluice.loadtest.proof.logfaults;

import dev.sluice.loadtest.proof.inputlog.ChannelCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files in an ordinary folder.
 *
 * <p>Threading: confined to the main thread.
 */
record NoFault(Path folder) implements Fault {
    @Override
    public String channel() {
        return "file";
    }

    @Override
    public List<String> settings() {
        return LogFolderCheck.settings(log());
    }

    private Path log() {
        return folder.resolve("log");
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public List<String> complaints(ChannelCounts counts) throws IOException {
        return LogFolderCheck.complaints(log(), counts);
    }

    @Override
    public void close() {}
}
