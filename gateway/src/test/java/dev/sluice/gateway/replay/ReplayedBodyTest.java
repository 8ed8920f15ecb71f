package dev.sluice.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.jsonl.LoggedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplayedBodyTest {
    @Test
    void asksForAllOutputsInBinaryFormAndKeepsTheInputsBytes() throws IOException {
        LoggedBody made = of(
                "{\"id\":\"ä\",\"inputs\":[{\"name\":\"x\",\"data\":[1.10, 2e3]}],\"outputs\":[{\"name\":\"y\"}]}",
                "",
                -1);

        assertThat(text(made))
                .isEqualTo("{\"id\":\"ä\",\"inputs\":[{\"name\":\"x\",\"data\":[1.10, 2e3]}],"
                        + "\"parameters\":{\"binary_data_output\":true}}");
        assertThat(made.jsonLength()).isEqualTo(-1);
    }

    @Test
    void keepsOtherParametersAndWhatFollowsTheJson() throws IOException {
        String json = "{\"parameters\":{\"priority\":1,\"binary_data_output\":false},\"inputs\":[]}";

        LoggedBody made = of(json, "\1\2\3", json.length());

        assertThat(text(made))
                .isEqualTo("{\"inputs\":[],\"parameters\":{\"priority\":1,\"binary_data_output\":true}}\1\2\3");
        assertThat(made.jsonLength()).isEqualTo(made.bytes().length - 3);
    }

    private static LoggedBody of(String json, String binary, int jsonLength) throws IOException {
        return new ReplayedBody().of(new LoggedBody((json + binary).getBytes(StandardCharsets.UTF_8), jsonLength));
    }

    private static String text(LoggedBody body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }
}
