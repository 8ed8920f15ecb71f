package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.parquet.ParquetFormat;
import dev.sluice.canary.inputlog.query.RecordFilter;
import dev.sluice.canary.inputlog.query.WindowSums;
import dev.sluice.canary.inputlog.table.BodyTensors;
import dev.sluice.canary.inputlog.table.CsvFormat;
import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.canary.inputlog.table.TableExport;
import dev.sluice.canary.inputlog.table.TableFile;
import dev.sluice.canary.inputlog.table.TableSchema;
import dev.sluice.canary.inputlog.table.TableSurvey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Makes tables of an input log.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "export",
        description =
                "Writes records as tables: a line for each row of a request, a column for each tensor or feature; one"
                        + " file for each model.")
final class LogExportCommand implements Callable<Integer> {
    @Mixin
    private LogSource source = new LogSource();

    @Mixin
    private LogFilterOptions filter = new LogFilterOptions();

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "parquet or csv.")
    private String format = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description = "A folder, or the file where all records go to one; default: the working directory.")
    private Path output = Path.of("");

    @Option(
            names = "--features",
            paramLabel = "NAME,...",
            split = ",",
            description = "Names of the columns of an only input, which then have columns of their own.")
    private List<String> features = List.of();

    @Option(names = "--bodies", description = "Adds the requests and answers as they were logged.")
    private boolean bodies;

    @Option(names = "--force", description = "Replaces files that are there.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    LogExportCommand() {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            TableFile.Format form = form();
            RecordFilter chosen = filter.filter(Instant.now());
            return export(form, chosen, source.files(), err);
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (LogSource.Missing e) {
            return LogSource.missing(e, err);
        } catch (IOException | IllegalStateException e) {
            err.println("sluice: not exported: " + (e.getMessage() == null ? e : e.getMessage()));
            return ExitCode.FINDING;
        }
    }

    private TableFile.Format form() {
        return switch (format) {
            case "parquet" -> new ParquetFormat();
            case "csv" -> new CsvFormat();
            default -> throw new IllegalArgumentException("--format must be parquet or csv, got '" + format + "'");
        };
    }

    private int export(TableFile.Format form, RecordFilter chosen, List<LogFile> files, PrintWriter err)
            throws IOException {
        TableSurvey survey = new TableSurvey(new BodyTensors(), features);
        WindowSums windows = new WindowSums();
        LogScan scan = scan(files, err).run("reading", line -> {
            if (line instanceof LogLine.Window window) {
                windows.add(window);
            }
            LoggedRecord record = LogScan.record(line);
            if (record != null && chosen.accepts(record)) {
                survey.add(record);
            }
            return true;
        });
        if (survey.records() == 0) {
            err.println("sluice: nothing was exported: there are no records that the filters choose");
            return ExitCode.INSUFFICIENT;
        }
        if (!features.isEmpty() && !survey.isSpread()) {
            throw new IllegalArgumentException("--features names " + features.size() + " columns, but no record has an"
                    + " only input with so many in a row");
        }
        List<TableSchema> schemas = survey.schemas(bodies ? HeadColumn.complete() : HeadColumn.usual());
        List<Path> paths = paths(schemas, form.extension());
        ExportMetadata metadata = new ExportMetadata(survey.records(), filter.text(), windows);
        try (TableExport export = TableExport.begin(survey, schemas, paths, form, metadata.entries())) {
            write(export, survey.records(), chosen, files, err);
            long rows = export.rows();
            print(survey, rows, export.finish());
        }
        return scan.damaged() == 0 ? ExitCode.OK : ExitCode.FINDING;
    }

    /** As many as were surveyed: what was logged since then belongs to the next export. */
    private void write(TableExport export, long records, RecordFilter chosen, List<LogFile> files, PrintWriter err)
            throws IOException {
        long[] left = {records};
        scan(files, new PrintWriter(PrintWriter.nullWriter()), err).run("writing", line -> {
            LoggedRecord record = LogScan.record(line);
            if (record != null && chosen.accepts(record)) {
                export.add(record);
                left[0]--;
            }
            return left[0] > 0;
        });
        if (left[0] > 0) {
            throw new IOException("the log has changed meanwhile: of " + records + " records " + left[0]
                    + " are gone; export it again");
        }
    }

    private static LogScan scan(List<LogFile> files, PrintWriter err) {
        return scan(files, err, err);
    }

    /** A scan whose damaged lines and progress go to different places: they are told once. */
    private static LogScan scan(List<LogFile> files, PrintWriter damage, PrintWriter progress) {
        return new LogScan(files, new Progress(progress, System::nanoTime), damage);
    }

    private List<Path> paths(List<TableSchema> schemas, String extension) throws IOException {
        boolean file = output.toString().endsWith("." + extension) && !Files.isDirectory(output);
        if (file && schemas.size() > 1) {
            throw new IllegalArgumentException("--output names one file, but the records need " + schemas.size() + ": "
                    + String.join(
                            ", ",
                            schemas.stream()
                                    .map(schema -> TableExport.fileName(schema, extension))
                                    .toList())
                    + "; name a folder, or choose with --model");
        }
        if (!file && Files.exists(output) && !Files.isDirectory(output)) {
            throw new IllegalArgumentException(
                    "--output must be a folder or a file *." + extension + ", got the file " + output);
        }
        List<Path> paths = file
                ? List.of(output)
                : schemas.stream()
                        .map(schema -> output.resolve(TableExport.fileName(schema, extension)))
                        .toList();
        for (Path path : paths) {
            if (Files.exists(path) && !force) {
                throw new IllegalArgumentException("--output: " + path + " is there; --force replaces it");
            }
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        }
        return paths;
    }

    private void print(TableSurvey survey, long rows, List<Path> written) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (Path path : written) {
            out.println("wrote " + path + ": " + Files.size(path) + " bytes");
        }
        out.println(survey.records() + " records, " + rows + " rows"
                + (survey.unreadable() == 0
                        ? ""
                        : "; of " + survey.unreadable() + " the tensors could not be read, and are missing"));
        out.flush();
    }
}
