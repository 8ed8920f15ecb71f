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

    private final HeapBudget budget = new HeapBudget(1 << 20);

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void inflatesWhatItDeflates(ContentCoding coding) {
        byte[] packed = coding.deflate(TEXT, 0, TEXT.length);

        assertThat(packed.length).isLessThan(TEXT.length / 10);
        assertThat(inflated(coding, packed, packed.length)).isEqualTo(TEXT);
        assertThat(budget.bytesInUse()).isZero();
    }

    @Test
    void inflatesDeflateWithoutItsHeaderToo() {
        Deflater raw = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        raw.setInput(TEXT);
        raw.finish();
        byte[] packed = new byte[TEXT.length];
        int length = raw.deflate(packed);
        raw.end();

        assertThat(inflated(ContentCoding.DEFLATE, packed, length)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void stopsAtTheBound(ContentCoding coding) {
        byte[] packed = coding.deflate(TEXT, 0, TEXT.length);

        assertThatThrownBy(() -> coding.inflate(packed, 0, packed.length, TEXT.length - 1, budget))
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

        assertThatThrownBy(() -> coding.inflate(packed, 0, packed.length - 5, TEXT.length, budget))
                .hasMessage("the body is not complete, valid " + coding.token() + " data");
        assertThatThrownBy(() -> coding.inflate(damaged, 0, damaged.length, TEXT.length, budget))
                .isInstanceOf(InferenceException.class);
        assertThatThrownBy(() -> coding.inflate(new byte[0], 0, 0, 10, budget)).isInstanceOf(InferenceException.class);
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

    @Test
    void stopsWhereTheBudgetOfAllBodiesEnds() {
        byte[] zeros = new byte[4 << 20];
        byte[] packed = ContentCoding.GZIP.deflate(zeros, 0, zeros.length);

        assertThatThrownBy(() -> ContentCoding.GZIP.inflate(packed, 0, packed.length, 8 << 20, budget))
                .isInstanceOf(InferenceException.class);
        assertThat(budget.bytesInUse()).isZero();
        assertThat(budget.refusals()).isEqualTo(1);
    }

    private byte[] inflated(ContentCoding coding, byte[] packed, int length) {
        InflatedBody body = coding.inflate(packed, 0, length, TEXT.length, budget);
        byte[] bytes = Arrays.copyOf(body.array(), body.length());
        body.release();
        return bytes;
    }
}
