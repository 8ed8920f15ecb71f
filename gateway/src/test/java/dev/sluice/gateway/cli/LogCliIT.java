package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands on logs as servers write them. */
class LogCliIT {
    @TempDir
    Path folder;

    @Test
    void showsTheLastRecords() throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of("log", "tail", "-n", 2, folder);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "2026-03-01T12:00:03Z  times@1  stable/route  answered  2.00 ms  p-3  client_id=c-3  flags=nan:x"
                                + "  redacted",
                        "2026-03-01T12:00:04Z  times@1  canary/route  DEADLINE_EXCEEDED  2.00 ms  p-4  client_id=c-4"
                                + "  too late");
    }

    @Test
    void showsTheLinesOfTheLogAsTheyAre() throws IOException {
        Path file = log();

        CommandLineRun run = CommandLineRun.of("log", "tail", "--json", "--id=p-2", file);

        assertThat(run.out().lines()).containsExactly(Files.readAllLines(file).get(2));
    }

    @ParameterizedTest
    @CsvSource({
        "--model=times, 4",
        "--model=other, 0",
        "--version=1, 4",
        "--version=2, 0",
        "--arm=canary, 1",
        "--from=2026-03-01T12:00:03Z, 2",
        "--from=2026-03-01T13:00:03+01:00, 2",
        "--to=2026-03-01T12:00:03Z, 2",
        "--from=1m, 0",
        "--flag=nan, 1",
        "--flag=nan:x, 1",
        "--flag=na, 0",
        "--errors, 1",
        "--id=p-1, 1"
    })
    void chooses(String option, int records) throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of("log", "tail", option, folder);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSize(records);
        assertThat(run.err()).isEqualTo(records == 0 ? "sluice: there are no records that the filters choose\n" : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--from=yesterday | --from must be a time such as 2026-11-24T10:00:00Z, or an age such as 15m, 12h or 7d, got"
                        + " 'yesterday'",
                "--to=15x | --to must be a time such as 2026-11-24T10:00:00Z, or an age such as 15m, 12h or 7d, got '15x'",
                "--version=0 | --version must be 1 or greater, got 0",
                "--model= | --model must not be empty, got ''",
                "--lines=-1 | --lines must be between 0 and 100000, got -1"
            })
    void refusesOptionsThatMakeNoSense(String option, String message) throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of("log", "tail", option, folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("sluice: " + message + "\n");
    }

    @Test
    void refusesAnEmptyTime() throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of("log", "stats", "--from=1h", "--to=2h", folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("sluice: --from must be before --to, got 1h and 2h\n");
    }

    @Test
    void countsRecordsAndWhatTheyStandFor() throws IOException {
        Path file = log();

        CommandLineRun run = CommandLineRun.of("log", "stats", folder);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(String::stripTrailing))
                .containsExactly(
                        "log       1 file, " + Files.size(file) + " bytes",
                        "records   4, 1 redacted, 0 digests; they stand for 8 requests",
                        "time      2026-03-01T12:00:01Z to 2026-03-01T12:00:04Z",
                        "MODEL  VERSION  ARM     OUTCOME            RECORDS  REQUESTS      P50      P90      P99      MAX",
                        "times        1  canary  DEADLINE_EXCEEDED        1         2  2.00 ms  2.00 ms  2.00 ms  2.00 ms",
                        "times        1  stable  answered                 3         6  2.00 ms  2.00 ms  2.00 ms  2.00 ms",
                        "flag      nan:x 1",
                        "windows   1: received 11 = logged 4 + dropped 3 (queue_full 3) + sampled out 4");
    }

    @Test
    void countsAsJsonToo() throws IOException {
        log();

        JsonNode root = new ObjectMapper()
                .readTree(CommandLineRun.of("log", "stats", "--json", "--arm=stable", folder)
                        .out());

        assertThat(root.path("schema").asInt()).isOne();
        assertThat(root.path("records").asLong()).isEqualTo(3);
        assertThat(root.path("groups").path(0).path("outcome").asText()).isEqualTo("answered");
        assertThat(root.path("windows").path("dropped").path("queue_full").asLong())
                .isEqualTo(3);
    }

    @Test
    void tellsOfLinesThatAreDamagedAndGoesOn() throws IOException {
        new LogText().answered(1).raw("{\"schema\":1,\"type\":\n").answered(2).write(folder);

        CommandLineRun run = CommandLineRun.of("log", "stats", folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(run.err()).contains(".jsonl:3: expected JSON");
        assertThat(run.out()).contains("damaged   1 line", "records   2,");
    }

    @Test
    void exportsATableForEachModel() throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of(
                "log", "export", "--format=csv", "--features=age,amount", "-o", folder.resolve("out"), folder);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("wrote " + folder.resolve("out/times.csv") + ": ", "4 records, 4 rows");
        List<String> lines = Files.readAllLines(folder.resolve("out/times.csv"));
        assertThat(lines.get(0)).endsWith(",redacted,digest,in_age,in_amount,out_y");
        assertThat(lines.get(1))
                .startsWith("p-1,0,2026-03-01T12:00:01Z,c-1,,times,1,stable,")
                .endsWith(",1.5,1.5,\"[1.5,1.5]\"");
        assertThat(lines).hasSize(5);
    }

    @Test
    void exportsParquet() throws IOException {
        log();
        Path file = folder.resolve("times.parquet");

        CommandLineRun run = CommandLineRun.of("log", "export", "--format=parquet", "-o", file, folder);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        assertThat(CommandLineRun.of("log", "export", "--format=parquet", "-o", file, folder)
                        .err())
                .isEqualTo("sluice: --output: " + file + " is there; --force replaces it\n");
        assertThat(CommandLineRun.of("log", "export", "--format=parquet", "--force", "-o", file, folder)
                        .exitCode())
                .isZero();
    }

    @Test
    void exportsNothingWhereNothingIsChosen() throws IOException {
        log();

        CommandLineRun run = CommandLineRun.of("log", "export", "--format=csv", "--model=other", "-o", folder, folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.INSUFFICIENT);
        assertThat(run.err()).isEqualTo("sluice: nothing was exported: there are no records that the filters choose\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format=xlsx | --format must be parquet or csv, got 'xlsx'",
                "--format=csv --features=a,b,c | --features names 3 columns, but no record has an only input with so many in a"
                        + " row"
            })
    void refusesAnExportThatMakesNoSense(String options, String message) throws IOException {
        log();
        List<String> arguments = new ArrayList<>(List.of("log", "export"));
        arguments.addAll(List.of(options.split(" ", -1)));
        arguments.addAll(List.of("-o", folder.resolve("out").toString(), folder.toString()));

        CommandLineRun run = CommandLineRun.of(arguments.toArray());

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("sluice: " + message + "\n");
    }

    @Test
    void saysWhereThereIsNoLog() {
        assertThat(CommandLineRun.of("log", "stats", folder))
                .isEqualTo(new CommandLineRun(
                        ExitCode.INSUFFICIENT,
                        "",
                        "sluice: LOG: there are no files of the input log in " + folder + "\n"));
        assertThat(CommandLineRun.of("log", "tail", folder.resolve("nowhere")))
                .isEqualTo(new CommandLineRun(
                        ExitCode.USAGE,
                        "",
                        "sluice: LOG: expected a folder or a file of the input log at " + folder.resolve("nowhere")
                                + ", there is nothing\n"));
    }

    @Test
    void looksWhereTheConfiguredServerWrites() throws IOException {
        log();

        assertThat(CommandLineRun.of("log", "tail", "--set=log.dir=" + folder)
                        .out()
                        .lines())
                .hasSize(4);
        assertThat(CommandLineRun.of("log", "tail", "--set=log.nonsense=1").exitCode())
                .isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void verifiesTheSumsAndTheRecords() throws IOException {
        Path file = log();

        CommandLineRun run = CommandLineRun.of("log", "verify", folder);

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .isEqualTo("1 files, " + Files.size(file) + " bytes, 4 records (0 digests), 1 windows (0 interrupted)\n"
                        + "received 11 = logged 4 + dropped 3 + sampled out 4; 0 records behind the last window, 0 torn bytes\n"
                        + "sound\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void listsWhatIsNotSound() throws IOException {
        Path file = log();
        Files.writeString(file, Files.readString(file).replace("\"p-2\"", "\"p-x\""));

        CommandLineRun run = CommandLineRun.of("log", "verify", file);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(run.out())
                .startsWith("DAMAGE  " + file + ":6: window 1: checksum of its records: expected ")
                .endsWith("NOT SOUND: 1 findings of damage\n");
        JsonNode root = new ObjectMapper()
                .readTree(CommandLineRun.of("log", "verify", "--json", file).out());
        assertThat(root.path("sound").asBoolean(true)).isFalse();
        assertThat(root.path("findings").path(0).path("kind").asText()).isEqualTo("damage");
    }

    private Path log() throws IOException {
        return new LogText()
                .answered(1.5f)
                .answered(2)
                .with(",\"flags\":[\"nan:x\"],\"redacted\":true", 3)
                .failed("DEADLINE_EXCEEDED", 4)
                .window()
                .write(folder);
    }
}
