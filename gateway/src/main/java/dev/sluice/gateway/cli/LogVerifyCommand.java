package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogFinding;
import dev.sluice.canary.inputlog.jsonl.LogVerification;
import dev.sluice.canary.inputlog.jsonl.LogVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Checks what an input log says about itself.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "verify",
        description =
                "Checks that every window's sums hold, and that its records are there and unchanged; exits 1 where not.")
final class LogVerifyCommand implements Callable<Integer> {
    private static final int SCHEMA = 1;

    @Mixin
    private LogSource source = new LogSource();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    LogVerifyCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            List<LogFile> files = source.files();
            LogVerification result = verify(files, err);
            out.print(json ? json(result) : text(result));
            out.flush();
            return result.isSound() ? ExitCode.OK : ExitCode.FINDING;
        } catch (LogSource.Missing e) {
            return LogSource.missing(e, err);
        } catch (IOException e) {
            err.println("sluice: the log cannot be read: " + e.getMessage());
            return ExitCode.FINDING;
        }
    }

    private static LogVerification verify(List<LogFile> files, PrintWriter err) throws IOException {
        Progress progress = new Progress(err, System::nanoTime);
        long total = files.stream().mapToLong(LogFile::byteSize).sum();
        long[] done = {0};
        return LogVerifier.verify(files, bytes -> {
            done[0] += bytes;
            progress.bytes("verifying", done[0], total);
        });
    }

    private static String text(LogVerification result) {
        StringBuilder text = new StringBuilder();
        for (LogFinding finding : result.findings()) {
            text.append(finding.kind() == LogFinding.Kind.DAMAGE ? "DAMAGE  " : "note    ")
                    .append(finding)
                    .append(System.lineSeparator());
        }
        text.append(String.format(
                Locale.ROOT,
                "%d files, %d bytes, %d records (%d digests), %d windows (%d interrupted)%n",
                result.files(),
                result.bytes(),
                result.records(),
                result.digests(),
                result.windows(),
                result.interrupted()));
        text.append(String.format(
                Locale.ROOT,
                "received %d = logged %d + dropped %d + sampled out %d; %d records behind the last window, %d torn bytes%n",
                result.received(),
                result.logged(),
                result.droppedTotal(),
                result.sampledOut(),
                result.unaccounted(),
                result.tornBytes()));
        text.append(result.isSound() ? "sound" : "NOT SOUND: " + result.damages() + " findings of damage")
                .append(System.lineSeparator());
        return text.toString();
    }

    private static String json(LogVerification result) {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("schema", SCHEMA)
                .put("type", "log_verification")
                .put("sound", result.isSound())
                .put("files", result.files())
                .put("bytes", result.bytes())
                .put("records", result.records())
                .put("digests", result.digests())
                .put("windows", result.windows())
                .put("interrupted", result.interrupted())
                .put("received", result.received())
                .put("logged", result.logged())
                .put("sampled_out", result.sampledOut());
        ObjectNode dropped = root.putObject("dropped");
        result.dropped().forEach((reason, count) -> dropped.put(reason.word(), count));
        root.put("unaccounted", result.unaccounted())
                .put("torn_bytes", result.tornBytes())
                .put("damages", result.damages());
        ArrayNode findings = root.putArray("findings");
        for (LogFinding finding : result.findings()) {
            findings.addObject()
                    .put("file", finding.file().toString())
                    .put("line", finding.line())
                    .put("kind", finding.kind().name().toLowerCase(Locale.ROOT))
                    .put("message", finding.message());
        }
        return root + System.lineSeparator();
    }
}
