package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyFilesTest {
    @TempDir
    Path folder = Path.of("");

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void takesOneRequestAFileAndOneALine() throws IOException {
        List<RequestBody> bodies = BodyFiles.read(List.of(
                file("a.json", "{\n \"inputs\": []\n}\n"), file("b.jsonl", "{\"id\":\"1\"}\n\n{\"id\":\"2\"}\n")));

        assertThat(bodies).hasSize(3).noneMatch(RequestBody::isBinary);
        assertThat(bodies.get(0).contentType()).isEqualTo("application/json");
        assertThat(new String(bodies.get(2).toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"2\"}");
    }

    @Test
    void seesWhereTheJsonEndsAndTheTensorsBegin() throws IOException {
        RequestBody body = BodyFiles.read(List.of(file("a.bin", "{\"inputs\":[]}\0\1\2\3")))
                .get(0);

        assertThat(body.isBinary()).isTrue();
        assertThat(body.jsonByteCount()).isEqualTo(13);
        assertThat(body.size()).isEqualTo(17);
    }

    @Test
    void refusesWhatIsNoRequest() throws IOException {
        Path text = file("a.txt", "hello");
        Path broken = file("b.jsonl", "{\"id\":1}\n{\"id\"");
        Path empty = file("c.ndjson", "\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BodyFiles.read(List.of(text)))
                .withMessage(text + " must hold a V2 request, a JSON object");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BodyFiles.read(List.of(broken)))
                .withMessage(broken + ":2 must hold a V2 request, a JSON object");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BodyFiles.read(List.of(empty)))
                .withMessage(empty + " must hold a request a line, got none");
    }
}
