package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainServeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "serve models",
                "serve models other/models /abs",
                "serve --config sluice.yaml",
                "serve --config=sluice.yaml models",
                "serve models --set http.port=0",
                "serve --set=http.port=0 models --set metrics.port=0 more",
                "serve --set models.m.batching.enabled=false validate",
                "serve serve --set a=b=c --set=x",
                "serve models --state-dir state --set a=b",
                "serve --state-dir=state models",
            })
    void readsPlainArgumentsAsTheLibraryDoes(String line) {
        String[] arguments = line.split(" ", -1);

        ConfigOptions plain = PlainServe.parse(arguments).orElseThrow();

        ConfigOptions library = parsedByTheLibrary(arguments);
        assertThat(plain.folders()).isEqualTo(library.folders());
        assertThat(plain.file()).isEqualTo(library.file());
        assertThat(plain.assignments()).isEqualTo(library.assignments());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--version",
                "validate models",
                "serve --help",
                "serve models -h",
                "serve --unknown",
                "serve --set",
                "serve --set=",
                "serve --set --config",
                "serve --config a --config b",
                "serve --configuration=a",
                "serve --state-dir",
                "serve --state-dir a --state-dir b",
                "serve @arguments",
                "serve -- models",
                "serve --set=\"a=b\"",
                "serve --set=a=${b}",
            })
    void leavesTheRestToTheLibrary(String line) {
        assertThat(PlainServe.parse(line.split(" ", -1))).isEqualTo(Optional.empty());
    }

    @Test
    void namesEveryOptionOfServe() {
        ConfigOptions options =
                PlainServe.parse("serve", "--config=c", "--set=a=b", "f").orElseThrow();

        assertThat(options.folders()).isEqualTo(List.of(Path.of("f")));
        assertThat(serve(root()).getCommandSpec().options())
                .as("an option that is new here must be read, or left to the library")
                .extracting(CommandLine.Model.OptionSpec::longestName)
                .containsExactlyInAnyOrder("--config", "--set", "--state-dir", "--help", "--version");
    }

    private static ConfigOptions parsedByTheLibrary(String... arguments) {
        CommandLine root = root();
        root.parseArgs(arguments);
        ServeCommand command = serve(root).getCommand();
        return command.options();
    }

    private static CommandLine serve(CommandLine root) {
        return Objects.requireNonNull(root.getSubcommands().get("serve"));
    }

    private static CommandLine root() {
        return SluiceCommand.commandLine(
                new PrintWriter(new StringWriter(), true), new PrintWriter(new StringWriter(), true));
    }
}
