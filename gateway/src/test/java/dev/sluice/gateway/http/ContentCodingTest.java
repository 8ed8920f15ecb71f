package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContentCodingTest {
    private static final byte[] TEXT = "sluice ".repeat(1000).getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void inflatesWhatItDeflates(ContentCoding coding) {
        byte[] packed = coding.deflate(TEXT, 0, TEXT.length);

        assertThat(packed.length).isLessThan(TEXT.length / 10);
        assertThat(coding.inflate(packed, 0, packed.length, TEXT.length)).isEqualTo(TEXT);
    }

    @Test
    void inflatesDeflateWithoutItsHeaderToo() {
        Deflater raw = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        raw.setInput(TEXT);
        raw.finish();
        byte[] packed = new byte[TEXT.length];
        int length = raw.deflate(packed);
        raw.end();

        assertThat(ContentCoding.DEFLATE.inflate(packed, 0, length, TEXT.length))
                .isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void stopsAtTheBound(ContentCoding coding) {
        byte[] packed = coding.deflate(TEXT, 0, TEXT.length);

        assertThatThrownBy(() -> coding.inflate(packed, 0, packed.length, TEXT.length - 1))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                .hasMessage("the inflated body exceeds the limit of 6999 bytes (it was sent as " + packed.length
                        + " bytes of " + coding.token() + ")");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void refusesWhatIsCutShortOrDamaged(ContentCoding coding) {
        byte[] packed = coding.deflate(TEXT, 0, TEXT.length);
        byte[] damaged = Arrays.copyOf(packed, packed.length);
        damaged[packed.length / 2] ^= 0x55;

        assertThatThrownBy(() -> coding.inflate(packed, 0, packed.length - 5, TEXT.length))
                .hasMessage("the body is not complete, valid " + coding.token() + " data");
        assertThatThrownBy(() -> coding.inflate(damaged, 0, damaged.length, TEXT.length))
                .isInstanceOf(InferenceException.class);
        assertThatThrownBy(() -> coding.inflate(new byte[0], 0, 0, 10)).isInstanceOf(InferenceException.class);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, IDENTITY",
                "'', IDENTITY",
                "gzip, GZIP",
                "'deflate, gzip', GZIP",
                "'deflate', DEFLATE",
                "'gzip;q=0, deflate;q=0.5', DEFLATE",
                "'*', GZIP",
                "'br', IDENTITY",
                "'gzip; q=0.000', IDENTITY"
            })
    void choosesWhatTheClientAccepts(String header, ContentCoding coding) {
        assertThat(ContentCoding.acceptable(header)).isEqualTo(coding);
    }

    @Test
    void namesTheCodingsItKnows() {
        assertThat(ContentCoding.of(" GZIP ")).isEqualTo(ContentCoding.GZIP);
        assertThat(ContentCoding.of("identity")).isEqualTo(ContentCoding.IDENTITY);
        assertThatThrownBy(() -> ContentCoding.of("br"))
                .hasMessage("Content-Encoding must be gzip, deflate or identity, got 'br'");
    }
}
