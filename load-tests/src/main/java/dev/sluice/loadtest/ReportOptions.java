package dev.sluice.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say which files are written.
 *
 * <p>Threading: confined to the main thread.
 */
final class ReportOptions {
    @Option(names = "--json", paramLabel = "<file>", description = "Write everything as JSON.")
    private @Nullable Path json;

    @Option(names = "--junit", paramLabel = "<file>", description = "Write each goal as a test case, as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "<file>", description = "Write one self-contained page with plots.")
    private @Nullable Path html;

    /** Makes the folders, so that a long run does not end with a file that cannot be written. */
    void prepare() throws IOException {
        for (Path file : new Path[] {json, junit, html}) {
            if (file != null) {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
            }
        }
    }

    void write(RunReport report) throws IOException {
        if (json != null) {
            ResultJson.write(report, json);
        }
        if (junit != null) {
            Files.writeString(junit, ResultJunit.render(report));
        }
        if (html != null) {
            Files.writeString(html, ResultHtml.render(report));
        }
    }

    /** Says in each file why there is no result. */
    void writeReason(String reason, LoadPlan plan) throws IOException {
        if (json != null) {
            ResultJson.writeReason(reason, json);
        }
        if (junit != null) {
            Files.writeString(junit, ResultJunit.renderReason(reason, plan));
        }
        if (html != null) {
            Files.writeString(html, ResultHtml.renderReason(reason, plan));
        }
    }
}
