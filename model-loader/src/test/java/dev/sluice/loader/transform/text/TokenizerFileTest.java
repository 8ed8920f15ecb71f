package dev.sluice.loader.transform.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerFileTest {
    @TempDir
    Path folder;

    private TokenizerFile read(String json) throws IOException {
        return TokenizerFile.read(Files.writeString(folder.resolve("tokenizer.json"), json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}| 0| 0",
                "{\"truncation\": null, \"padding\": null}| 0| 0",
                "{\"truncation\": {\"strategy\": {\"max_length\": 7}, \"max_length\": 128}, \"padding\": {\"pad_id\": 3}}| 128| 3",
                "{\"added_tokens\": [{\"id\": 5, \"content\": \"x\"}, {\"content\": \"<pad>\", \"id\": 1}], \"model\": {\"a\": [1]}}| 0| 1"
            })
    void readsLengthAndPadding(String json, int maxLength, long padId) throws IOException {
        assertThat(read(json)).isEqualTo(new TokenizerFile(maxLength, padId));
    }

    @Test
    void refusesWhatIsNotJson() {
        assertThatThrownBy(() -> read("tokens")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("[]")).isInstanceOf(IOException.class).hasMessage("must be a JSON object");
    }
}
