package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpErrorsTest {
    @ParameterizedTest
    @EnumSource
    void sendsClientErrorsForWhatClientsCauseAndServerErrorsForTheRest(ErrorCode code) {
        assertThat(HttpErrors.status(code)).isBetween(400, 504);
        if (!code.isExpected()) {
            assertThat(HttpErrors.status(code)).isGreaterThanOrEqualTo(500);
        }
    }

    @Test
    void writesOneBodyForAllErrors() {
        byte[] body = HttpErrors.body(InferenceException.invalidInput("input \"x\"\n is wrong"), "abc");

        assertThat(new String(body, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"error\":\"input \\\"x\\\"\\n is wrong\",\"code\":\"INVALID_INPUT\",\"request_id\":\"abc\"}");
    }
}
