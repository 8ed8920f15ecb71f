package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedJsonTest {
    private final DecoderFixture fixture = new DecoderFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "``|0: expected a value but the body ended",
                "` `|1: expected a value but the body ended",
                "{|1: expected '\"' or '}' but the body ended",
                "{\"|2: expected '\"' but the body ended inside a string",
                "{\"inputs|8: expected '\"' but the body ended inside a string",
                "{\"inputs\"|9: expected ':' but the body ended",
                "{\"inputs\":|10: expected a value but the body ended",
                "{\"inputs\":[|11: expected a value but the body ended",
                "{\"inputs\":[]|12: expected ',' or '}' but the body ended",
                "{\"inputs\":[],|13: expected '\"' but the body ended",
                "{\"inputs\":[],}|13: expected '\"' but found '}'",
                "{\"inputs\":[],,}|13: expected '\"' but found ','",
                "{\"inputs\":[]}}|13: expected the end of the JSON but found '}'",
                "{\"inputs\":[]} x|14: expected the end of the JSON but found 'x'",
                "{\"inputs\":[]}{}|13: expected the end of the JSON but found '{'",
                "{\"inputs\" []}|10: expected ':' but found '['",
                "{\"inputs\":[] \"id\":\"\"}|13: expected ',' or '}' but found '\"'",
                "{inputs:[]}|1: expected '\"' or '}' but found 'i'",
                "{'inputs':[]}|1: expected '\"' or '}' but found '''",
                "{1:2}|1: expected '\"' or '}' but found '1'",
                "{null:2}|1: expected '\"' or '}' but found 'n'",
                "{,}|1: expected '\"' or '}' but found ','",
                "{]|1: expected '\"' or '}' but found ']'",
                "{\"a\":1]|6: expected ',' or '}' but found ']'",
                "{\"a\":[1}}|7: expected ',' or ']' but found '}'",
                "{\"a\":[1,]}|8: expected a value but found ']'",
                "{\"a\":[,1]}|6: expected a value but found ','",
                "{\"a\":[1 2]}|8: expected ',' or ']' but found '2'",
                "{\"a\":[1,,2]}|8: expected a value but found ','",
                "{\"a\":}|5: expected a value but found '}'",
                "{\"a\":tru}|5: expected a value but found 't'",
                "{\"a\":True}|5: expected a value but found 'T'",
                "{\"a\":fals|5: expected a value but found 'f'",
                "{\"a\":nul}|5: expected a value but found 'n'",
                "{\"a\":None}|5: expected a value but found 'N'",
                "{\"a\":truefalse}|9: expected ',' or '}' but found 'f'",
                "{\"a\":undefined}|5: expected a value but found 'u'",
                "{\"a\":NaN}|5: NaN is not JSON; write NaN as null or \"NaN\"",
                "{\"a\":Infinity}|5: Infinity is not JSON; write it as \"Infinity\"",
                "{\"a\":-Infinity}|5: -Infinity is not JSON; write it as \"-Infinity\"",
                "{\"a\":-}|6: expected a digit but found '}'",
                "{\"a\":-|6: expected a digit but the body ended",
                "{\"a\":+1}|5: expected a value but found '+'",
                "{\"a\":.5}|5: expected a value but found '.'",
                "{\"a\":1.}|7: expected a digit but found '}'",
                "{\"a\":1.e3}|7: expected a digit but found 'e'",
                "{\"a\":1e}|7: expected a digit but found '}'",
                "{\"a\":1e+}|8: expected a digit but found '}'",
                "{\"a\":01}|5: a number must not start with 0 and another digit",
                "{\"a\":-00}|5: a number must not start with 0 and another digit",
                "{\"a\":0x10}|6: expected ',' or '}' but found 'x'",
                "{\"a\":1_000}|6: expected ',' or '}' but found '_'",
                "{\"a\":1f}|6: expected ',' or '}' but found 'f'",
                "{\"a\":--1}|6: expected a digit but found '-'",
                "{\"a\":\"\\x\"}|6: unknown escape '\\x'",
                "{\"a\":\"\\'\"}|6: unknown escape '\\''",
                "{\"a\":\"\\u12\"}|6: \\u must be followed by four hexadecimal digits",
                "{\"a\":\"\\u12g4\"}|6: \\u must be followed by four hexadecimal digits",
                "{\"a\":\"\\u+123\"}|6: \\u must be followed by four hexadecimal digits",
                "{\"a\":\"\\ud800\"}|6: lone surrogate \\ud800",
                "{\"a\":\"\\ud800\\u0041\"}|6: lone surrogate \\ud800",
                "{\"a\":\"\\ud800\\ud800\"}|6: lone surrogate \\ud800",
                "{\"a\":\"\\ud800x12345\"}|6: lone surrogate \\ud800",
                "{\"a\":\"x\\uDC00\"}|7: lone surrogate \\udc00",
                "{\"a\":\"\\|7: expected '\"' but the body ended inside a string",
                "{\"a\":\"\\\"}|9: expected '\"' but the body ended inside a string",
                "/* c */{}|0: expected a value but found '/'",
                "{/**/}|1: expected '\"' or '}' but found '/'",
                "{\"a\":[}|6: expected a value but found '}'",
                "}|0: expected a value but found '}'",
                "]|0: expected a value but found ']'",
                ",|0: expected a value but found ','",
                "NaN|0: NaN is not JSON; write NaN as null or \"NaN\""
            })
    void namesTheByteTheExpectedAndTheFound(String body, String message) {
        InferenceException failure = fixture.failure(body);

        assertThat(failure).hasMessage("invalid JSON at byte " + message);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,NaN]|NaN is not JSON; write NaN as null or \"NaN\"",
                "[1,-Infinity]|-Infinity is not JSON; write it as \"-Infinity\"",
                "[1,1.]|expected a digit but found ']'",
                "[1,1|expected ',' or ']' but found '}'"
            })
    void isAsStrictInsideTensorData(String data, String message) {
        assertThat(fixture.failure(DecoderFixture.input("FP32", "[2]", data))).hasMessageEndingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "80, 0x80",
        "bf, 0xBF",
        "c0af, 0xC0",
        "c1bf, 0xC1",
        "c3, 0xC3",
        "c328, 0xC3",
        "e08080, 0xE0",
        "e282, 0xE2",
        "eda080, 0xED",
        "edbfbf, 0xED",
        "f0808080, 0xF0",
        "f09d84, 0xF0",
        "f4908080, 0xF4",
        "f5808080, 0xF5",
        "ff, 0xFF",
        "fe, 0xFE"
    })
    void refusesStringsThatAreNotUtf8(String hex, String lead) {
        byte[] body =
                join("{\"inputs\":[],\"a\":\"".getBytes(UTF_8), HexFormat.of().parseHex(hex), "\"}".getBytes(UTF_8));

        InferenceException failure = fixture.failure(() -> fixture.decoder.decode(body, 0, body.length, -1));

        assertThat(failure)
                .hasMessage("invalid JSON at byte 18: byte " + lead + " in a string does not begin a UTF-8 character");
    }

    @Test
    void refusesAByteOrderMark() {
        assertThat(fixture.failure("\uFEFF{}"))
                .hasMessage("invalid JSON at byte 0: the body starts with a byte order mark; send UTF-8 without one");
    }

    @Test
    void refusesControlCharactersInStringsAndBetweenTokens() {
        assertThat(fixture.failure("{\"a\tb\":1}"))
                .hasMessage("invalid JSON at byte 3: control character 0x09 in a string must be written as \\u0009");
        assertThat(fixture.failure("{\u0001}"))
                .hasMessage("invalid JSON at byte 1: expected '\"' or '}' but found byte 0x01");
        assertThat(fixture.failure("{\u00A0}"))
                .hasMessage("invalid JSON at byte 1: expected '\"' or '}' but found byte 0xC2");
        assertThat(fixture.failure("{\u000B}"))
                .hasMessage("invalid JSON at byte 1: expected '\"' or '}' but found byte 0x0B");
    }

    @Test
    void refusesNestingBeyondTheLimit() {
        String body = "{\"inputs\":[],\"a\":" + "[".repeat(100_000);

        assertThat(fixture.failure(body))
                .hasMessage("invalid JSON at byte 48: objects and arrays are nested deeper than 32");
    }

    @Test
    void countsBytesFromTheStartOfTheBodyNotOfTheArray() {
        byte[] body = "xxxxx{\"a\":?}".getBytes(UTF_8);

        InferenceException failure = fixture.failure(() -> fixture.decoder.decode(body, 5, body.length - 5, -1));

        assertThat(failure).hasMessage("invalid JSON at byte 5: expected a value but found '?'");
    }

    @Test
    void takesAllFourKindsOfWhiteSpaceAnywhere() {
        String space = " \t\r\n";
        DecodedRequest request = fixture.decode((space
                        + "{~\"inputs\"~:~[~{~\"name\"~:~\"x\"~,~\"shape\"~:~[~2~]~,~\"datatype\"~:~\"INT8\"~,~\"data\"~:~[~1~,~[~2~]~]~}~]~}~")
                .replace("~", space));

        assertThat(DecoderFixture.bytes(request.inputs().tensors().get(0))).containsExactly(1, 2);
    }
}
