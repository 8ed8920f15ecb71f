package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsAssignmentTest {
    private static final Setting<Integer> PORT = new Setting<>("http.port", ValueTypes.integer(0, 65_535), 1, "port");
    private static final Setting<List<String>> FOLDERS =
            new Setting<>("folders", ValueTypes.list(ValueTypes.text()), List.of(), "folders");
    private static final Setting<String> HOST = new Setting<>("http.host", ValueTypes.text(), "h", "host");

    @Test
    void theLastAssignmentOfAKeyWins() {
        Problems problems = new Problems();

        assertThat(reader(problems, "http.port=1", "http.port=2").get(PORT)).isEqualTo(2);
        assertThat(problems.lines()).isEmpty();
    }

    @Test
    void readsListsAsYaml() {
        Problems problems = new Problems();

        assertThat(reader(problems, "folders=[/a, \"/b c\"]").get(FOLDERS)).containsExactly("/a", "/b c");
        assertThat(reader(problems, "folders=/a").get(FOLDERS)).containsExactly("/a");
    }

    @Test
    void keepsTextAsItStands() {
        Problems problems = new Problems();

        assertThat(reader(problems, "http.host=a=b: *c # d").get(HOST)).isEqualTo("a=b: *c # d");
        assertThat(reader(problems, "http.host=null").get(HOST)).isEqualTo("null");
    }

    @Test
    void quotesProtectDotsInAName() {
        Problems problems = new Problems();

        Map<String, List<SettingsLayer>> models =
                reader(problems, "models.\"resnet.v2\".device=cpu").children("models");

        assertThat(models.keySet()).containsExactly("resnet.v2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http.port=99999| --set http.port: must be between 0 and 65535, got 99999",
                "http.prot=1| --set http.prot: unknown key; did you mean http.port?",
                "http.port=| --set http.port: must be an integer between 0 and 65535, got an empty text",
                "http=1| --set http: must be a mapping of keys to values, got a single value",
                "http={prot: 1}| --set http: http.prot: unknown key; did you mean http.port?",
                "tls.key-password:hunter2| --set tls.key-password: must look like key.path=value",
                "=1| --set: must look like key.path=value",
                "http..port=1| --set http..port: must look like key.path=value",
                "folders=[a| --set folders: not valid YAML: expected ',' or ']', but got <stream end>",
            })
    void namesTheAssignmentInProblems(String assignment, String expected) {
        Problems problems = new Problems();

        SettingsReader reader = reader(problems, assignment);
        reader.get(PORT);
        reader.get(FOLDERS);
        reader.rejectUnknown();

        assertThat(problems.lines().get(0)).isEqualTo(expected);
    }

    private static SettingsReader reader(Problems problems, String... assignments) {
        return new SettingsReader(SettingsAssignment.read(List.of(assignments), problems), problems);
    }
}
