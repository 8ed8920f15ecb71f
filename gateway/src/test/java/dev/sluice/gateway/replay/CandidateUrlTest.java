package dev.sluice.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateUrlTest {
    @Test
    void namesAServerAModelOrAVersion() {
        assertThat(CandidateUrl.parse("http://host:8080/").model()).isEmpty();
        assertThat(CandidateUrl.parse("https://host/v2/models/a%20b").model()).contains("a b");
        assertThat(CandidateUrl.parse("http://host/v2/models/fraud/versions/3/"))
                .isEqualTo(new CandidateUrl("http://host", "/v2/models/fraud/versions/3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fraud",
                "ftp://host",
                "http://",
                "http://user:word@host",
                "http://host/v2",
                "http://host/v2/models/m/infer",
                "http://host/?a=b",
                "http://ho st"
            })
    void refusesEverythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CandidateUrl.parse(text))
                .withMessage("--candidate must be MODEL@VERSION, http://HOST:PORT or"
                        + " http://HOST:PORT/v2/models/MODEL[/versions/VERSION], got '" + text + "'");
    }
}
