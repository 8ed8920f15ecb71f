package dev.sluice.canary.inputlog.jsonl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
    private static final int PATTERNS = 2000;

    private final ByteSink sink = new ByteSink();
    private final TensorPool pool = new TensorPool(64 << 20);
    private final InferRequestDecoder decoder = new InferRequestDecoder(pool, CodecLimits.DEFAULT);
    private final SplittableRandom random = new SplittableRandom(5);

    private LoggedRecord roundTrip(InferenceRecord record) throws Exception {
        sink.clear();
        sink.put("something before\n");
        int from = sink.size();
        new RecordEncoder(16 << 20).encode(record, sink);
        LogLine line = LineParser.parse(sink.array(), from, sink.size() - 1);
        return ((LogLine.Prediction) line).record();
    }

    private void assertRequestIs(List<Tensor> expected, LoggedBody body) {
        DecodedRequest decoded = decoder.decode(body.bytes(), 0, body.bytes().length, body.jsonLength());
        assertSame(expected, decoded.inputs().tensors());
        decoded.release();
        assertThat(pool.bytesInUse()).isZero();
    }

    /** An answer has its tensors in the form of a request's. */
    private void assertResponseIs(List<Tensor> expected, LoggedBody body) {
        int jsonLength = body.jsonLength();
        String text = new String(body.bytes(), ISO_8859_1).replaceFirst("\"outputs\":\\[", "\"inputs\":[");
        assertRequestIs(
                expected, new LoggedBody(text.getBytes(ISO_8859_1), jsonLength < 0 ? jsonLength : jsonLength - 1));
    }

    private static void assertSame(List<Tensor> expected, List<Tensor> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).hasToString(expected.get(i).toString());
            assertThat(Records.bytes(actual.get(i))).isEqualTo(Records.bytes(expected.get(i)));
        }
    }

    private void assertSurvives(List<Tensor> tensors) throws Exception {
        LoggedRecord read = roundTrip(Records.answered("p", tensors, tensors));

        assertRequestIs(tensors, read.request().orElseThrow());
        assertResponseIs(tensors, read.response().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void keepsEveryBitOfRandomElements(DataType type) throws Exception {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int count = random.nextInt(20);
            byte[] bytes = type == DataType.BYTES ? randomTexts(count) : new byte[count * type.byteSize()];
            if (type != DataType.BYTES) {
                random.nextBytes(bytes);
            }
            if (type == DataType.BOOL) {
                for (int j = 0; j < count; j++) {
                    bytes[j] &= 1;
                }
            }
            tensors.add(Records.tensor("t" + i, type, bytes, count));
        }

        assertSurvives(tensors);
    }

    private byte[] randomTexts(int count) {
        byte[][] elements = new byte[count][];
        for (int i = 0; i < count; i++) {
            elements[i] = new byte[random.nextInt(6)];
            random.nextBytes(elements[i]);
        }
        return Records.elements(elements);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void keepsEmptyTensorsAndScalars(DataType type) throws Exception {
        byte[] one = type == DataType.BYTES ? Records.elements(new byte[] {0, 'a', 0x7F}) : new byte[type.byteSize()];

        assertSurvives(List.of(
                Records.tensor("empty", type, new byte[0], 0),
                Records.tensor("flat", type, new byte[0], 3, 0, 2),
                Records.tensor("scalar", type, one)));
    }

    @Test
    void keepsTheEdgesOfFloats() throws Exception {
        List<Tensor> tensors = new ArrayList<>();
        int[] edges = {
            0x8000_0000,
            0x0000_0001,
            0x8000_0001,
            0x007F_FFFF,
            0x0080_0000,
            0x7F7F_FFFF,
            0x7F80_0000,
            0xFF80_0000,
            0x7FC0_0000,
            0xFFC0_0000,
            0x7F80_0001,
            0x7FC0_0001,
            0xFFFF_FFFF,
            0x3DCC_CCCD
        };
        for (int bits : edges) {
            ByteBuffer memory = Records.littleEndian(4).putInt(0, bits);
            tensors.add(Records.tensor("f" + Integer.toHexString(bits), DataType.FP32, Records.bytes(memory), 1));
        }
        for (long bits : new long[] {
            1L << 63,
            1,
            0x000F_FFFF_FFFF_FFFFL,
            0x7FEF_FFFF_FFFF_FFFFL,
            0x7FF0_0000_0000_0000L,
            0xFFF0_0000_0000_0000L,
            0x7FF8_0000_0000_0000L,
            0x7FF0_0000_0000_0001L,
            0xFFF8_0000_0000_0000L,
            -1,
            0x3FB9_9999_9999_999AL
        }) {
            ByteBuffer memory = Records.littleEndian(8).putLong(0, bits);
            tensors.add(Records.tensor("d" + Long.toHexString(bits), DataType.FP64, Records.bytes(memory), 1));
        }

        assertSurvives(tensors);
    }

    @Test
    void keepsEveryBitPatternOfHalfFloats() throws Exception {
        ByteBuffer all = Records.littleEndian(1 << 17);
        for (int bits = 0; bits < 1 << 16; bits++) {
            all.putShort((short) bits);
        }

        assertSurvives(List.of(
                Records.tensor("fp16", DataType.FP16, Records.bytes(all), 256, 256),
                Records.tensor("bf16", DataType.BF16, Records.bytes(all), 1 << 16)));
    }

    @Test
    void keepsManyFloatsOfAllMagnitudes() throws Exception {
        byte[] bytes = new byte[4 * PATTERNS];
        random.nextBytes(bytes);
        for (int i = 3; i < bytes.length; i += 4) {
            bytes[i] &= (byte) 0xBF; // below the exponent of NaN
        }

        assertSurvives(List.of(Records.tensor("x", DataType.FP32, bytes, PATTERNS)));
    }

    @Test
    void keepsTheLargestAndSmallestIntegers() throws Exception {
        List<Tensor> tensors = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (type.isInteger()) {
                int size = type.byteSize();
                byte[] bytes = new byte[4 * size];
                Arrays.fill(bytes, 0, size, (byte) 0xFF);
                bytes[2 * size - 1] = (byte) 0x80;
                Arrays.fill(bytes, 2 * size, 3 * size, (byte) 0xFF);
                bytes[3 * size - 1] = 0x7F;
                tensors.add(Records.tensor(type.name(), type, bytes, 4));
            }
        }

        assertSurvives(tensors);
    }

    @Test
    void keepsTextsAsTheyAre() throws Exception {
        byte[][] texts = {
            "".getBytes(UTF_8),
            "plain".getBytes(UTF_8),
            "\"\\/\b\f\n\r\t\u0000\u001F\u007F".getBytes(UTF_8),
            "é ß 漢 😀 \u2028".getBytes(UTF_8)
        };

        assertSurvives(List.of(
                Records.tensor("text", DataType.BYTES, Records.elements(texts), 2, 2),
                Records.tensor("overlong", DataType.BYTES, Records.elements(new byte[] {(byte) 0xC0, (byte) 0x80}), 1),
                Records.tensor(
                        "surrogate",
                        DataType.BYTES,
                        Records.elements(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}),
                        1),
                Records.tensor("cut", DataType.BYTES, Records.elements(new byte[] {(byte) 0xE2, (byte) 0x82}), 1)));
    }

    @Test
    void keepsEverythingAboutARecordButItsTensors() throws Exception {
        InferenceRecord written = Records.plain("p-1").digest();

        LoggedRecord read = roundTrip(written);

        assertThat(read.predictionId()).isEqualTo("p-1");
        assertThat(read.arrived()).isEqualTo(Records.ARRIVED);
        assertThat(read.model()).isEqualTo(written.head().model());
        assertThat(read.timing()).isEqualTo(written.head().timing());
        assertThat(read.inputDigests()).isEqualTo(written.inputDigests());
        assertThat(read.outputDigests()).isEqualTo(written.outputDigests());
        assertThat(read.inputDigests()).extracting(TensorDigest::name).containsExactly("x");
        assertThat(read.request()).isEmpty();
        assertThat(read.response()).isEmpty();
    }

    @Test
    void keepsTheExactBytesOfARequestThatOthersHaveWritten() throws Exception {
        String line =
                "{ \"request\" : {\"inputs\" :[ ] , \"a\":{\"b\":[1,{}]}} ,\"x\":[{\"y\":1}],\"type\":\"prediction\","
                        + "\"schema\":1,\"version\":3,\"model\":\"m\",\"time\":\"2026-03-01T12:00:00Z\",\"prediction_id\":\"p\"}";
        byte[] bytes = ("é\n" + line).getBytes(UTF_8);

        LogLine read = LineParser.parse(bytes, 3, bytes.length);

        assertThat(read).isInstanceOfSatisfying(LogLine.Prediction.class, prediction -> {
            LoggedBody body = prediction.record().request().orElseThrow();
            assertThat(new String(body.bytes(), UTF_8)).isEqualTo("{\"inputs\" :[ ] , \"a\":{\"b\":[1,{}]}}");
            assertThat(body.jsonLength()).isEqualTo(-1);
        });
    }
}
