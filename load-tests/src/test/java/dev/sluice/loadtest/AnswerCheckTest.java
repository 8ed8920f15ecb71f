package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "{\"model_name\":\"m\",\"model_version\":\"2\",\"outputs\":[{\"name\":\"y\",\"data\":[1]}]} | -",
                "{\"outputs\":[{\"name\":\"y\"},{\"name\":\"z\"}],\"model_name\":\"m\"} | -",
                "{\"outputs\":[{}],\"parameters\":{\"a\":[1]}} | -",
                "{\"outputs\":[{}],\"model_name\":\"n\"} | the answer must be by the model 'm', but it is by 'n'",
                "{\"model_version\":\"3\",\"outputs\":[{}]} | the answer must be by version '2' of model 'm', but it is"
                        + " by version '3'",
                "{\"model_name\":\"m\",\"outputs\":[]} | the answer holds no outputs",
                "{\"model_name\":\"m\"} | the answer holds no outputs",
                "{\"outputs\":5} | the answer holds no outputs",
                "[1] | the answer is no JSON object",
                "<html> | the answer is not JSON",
                "{\"outputs\":[{}] | the answer is not JSON",
            })
    void looksForModelVersionAndOutputs(String json, String complaint) {
        AnswerCheck check = new AnswerCheck("m", "2");

        assertThat(check.complaint(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(complaint);
    }

    @Test
    void whatTheServerSaysInsteadIsMadeFitForATerminal() {
        String complaint = new AnswerCheck("m", null)
                .complaint("{\"model_name\":\"n\\u001b[2J\\ud800\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(complaint).isEqualTo("the answer must be by the model 'm', but it is by 'n [2J\ufffd'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = "{\"model_version\":\"3\",\"outputs\":[{}]}")
    void anyVersionWillDoWhenNoneWasAskedFor(String json) {
        assertThat(new AnswerCheck("m", null).complaint(json.getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    @Test
    void aRuleHasTheLastWord() {
        AnswerCheck check = new AnswerCheck("m", null).and(json -> json.length > 20 ? "too long" : null);

        assertThat(check.complaint("{\"outputs\":[{}]}".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(check.complaint("{\"outputs\":[{}], \"more\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("too long");
        assertThat(check.complaint("{\"model_name\":\"another\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("the answer must be by the model 'm', but it is by 'another'");
    }
}
