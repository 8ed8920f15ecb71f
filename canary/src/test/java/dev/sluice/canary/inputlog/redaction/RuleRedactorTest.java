package dev.sluice.canary.inputlog.redaction;

import static dev.sluice.canary.inputlog.redaction.RecordedRequest.floats;
import static dev.sluice.canary.inputlog.redaction.RecordedRequest.longs;
import static dev.sluice.canary.inputlog.redaction.RecordedRequest.memory;
import static dev.sluice.canary.inputlog.redaction.RecordedRequest.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.HalfFloats;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RuleRedactorTest {
    private static final byte[] KEY = "a key of the test's own".getBytes(StandardCharsets.UTF_8);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final RecordedRequest sent = new RecordedRequest();
    private final RuleRedactor redactor = new RuleRedactor(Optional.of(KEY));

    private InferenceRecord redacted() {
        return redactor.apply(sent.record());
    }

    private static InferRequest request(InferenceRecord record) {
        return Objects.requireNonNull(record.request());
    }

    private static Tensor input(InferenceRecord record, String name) {
        return Objects.requireNonNull(request(record).inputs().find(name));
    }

    private static Tensor output(InferenceRecord record, String name) {
        return Objects.requireNonNull(Objects.requireNonNull(record.outputs()).find(name));
    }

    private static byte[] hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(String text) throws Exception {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            hex.append(String.format("%02x", hmac(text)[i]));
        }
        return hex.toString();
    }

    @Test
    void aRecordOfAModelWithoutRulesPassesAsItIs() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2)).client("me", TRACE);
        InferenceRecord record = sent.record();

        assertThat(redactor.apply(record)).isSameAs(record);
        record.release();
        assertThat(sent.pool.bytesInUse()).isZero();
    }

    @Test
    void aRecordInWhichNothingHasARulePassesAsItIs() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2))
                .parameter("shop", new ParameterValue.Text("b"))
                .rule("client_id", "drop")
                .rule("trace_id", "drop")
                .rule("parameters.user", "drop");
        InferenceRecord record = sent.record();

        assertThat(redactor.apply(record)).isSameAs(record);
        assertThat(record.redacted()).isFalse();
        record.release();
    }

    @Test
    void droppedTextsBecomeEmptyAndNumbersNaNOrZero() {
        sent.input("name", DataType.BYTES, Shape.of(2), texts("Ada Lovelace", "Ute"))
                .input("height", DataType.FP32, Shape.of(2), floats(1.7f, 1.8f))
                .input("born", DataType.INT64, Shape.of(2), longs(1815, 1980))
                .input("kept", DataType.INT64, Shape.of(2), longs(5, 6))
                .rule("name", "drop")
                .rule("height", "drop")
                .rule("born", "drop");

        InferenceRecord record = redacted();

        assertThat(record.redacted()).isTrue();
        assertThat(texts(input(record, "name"))).containsExactly("", "");
        assertThat(floats(input(record, "height"))).containsExactly(Float.NaN, Float.NaN);
        assertThat(longs(input(record, "born"))).containsExactly(0, 0);
        assertThat(longs(input(record, "kept"))).containsExactly(5, 6);
        assertThat(input(record, "name").shape()).isEqualTo(Shape.of(2));
        record.release();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"BYTES"},
            mode = EnumSource.Mode.EXCLUDE)
    void droppedElementsOfEveryDatatypeSayNothing(DataType type) {
        ByteBuffer values = memory(2 * type.byteSize());
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, (byte) 1);
        }
        sent.input("x", type, Shape.of(2), values).rule("x", "drop");

        InferenceRecord record = redacted();

        ByteBuffer data = input(record, "x").data();
        boolean nothing = switch (type) {
            case FP16 -> Float.isNaN(HalfFloats.fp16(data.getShort(0)));
            case BF16 -> Float.isNaN(HalfFloats.bf16(data.getShort(0)));
            case FP32 -> Float.isNaN(data.getFloat(0));
            case FP64 -> Double.isNaN(data.getDouble(0));
            case BOOL, UINT8, INT8 -> data.get(0) == 0;
            case UINT16, INT16 -> data.getShort(0) == 0;
            case UINT32, INT32 -> data.getInt(0) == 0;
            case UINT64, INT64, BYTES -> data.getLong(0) == 0;
        };
        assertThat(nothing).isTrue();
        record.release();
    }

    @Test
    void aRuleForAColumnLeavesTheOthersBitForBit() {
        sent.input("x", DataType.FP32, Shape.of(2, 3), floats(1.25f, -0.0f, 3.14159f, 4.25f, Float.NaN, 2.71828f))
                .features("income", "age", "score")
                .rule("income", "drop")
                .rule("score", "round 2");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "x"))).containsExactly(Float.NaN, -0.0f, 3.14f, Float.NaN, Float.NaN, 2.72f);
        record.release();
    }

    @Test
    void theRuleOfAFeatureComesBeforeThatOfItsInput() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1234.5f, 61.7f))
                .features("income", "age")
                .rule("x", "drop")
                .rule("age", "round -1");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "x"))).containsExactly(Float.NaN, 60f);
        record.release();
    }

    @Test
    void theOnlyFeatureIsAnotherNameOfItsInput() {
        sent.input("x", DataType.INT64, Shape.of(2), longs(7, 8))
                .features("age")
                .rule("age", "drop");

        InferenceRecord record = redacted();

        assertThat(longs(input(record, "x"))).containsExactly(0, 0);
        record.release();
    }

    @Test
    void textsAreHashedWithTheKeyToThirtyTwoHexDigits() throws Exception {
        sent.input("email", DataType.BYTES, Shape.of(3), texts("ada@example.com", "", "ada@example.com"))
                .rule("email", "hash")
                .rule("client_id", "hash")
                .rule("trace_id", "hash")
                .client("ada@example.com", TRACE);

        InferenceRecord record = redacted();

        String ada = hex("ada@example.com");
        assertThat(ada).hasSize(32);
        assertThat(texts(input(record, "email"))).containsExactly(ada, hex(""), ada);
        assertThat(record.head().clientId()).isEqualTo(ada);
        assertThat(request(record).clientId()).isEqualTo(ada);
        assertThat(record.head().traceId()).isEqualTo(hex(TRACE));
        record.release();
    }

    @Test
    void integersAreHashedAsTheirDigitsIntoWhatIsNotNegative() throws Exception {
        ByteBuffer ints = memory(8).putInt(0, -42).putInt(4, 42);
        ByteBuffer unsigned = memory(4).putInt(0, -1);
        sent.input("a", DataType.INT64, Shape.of(2), longs(42, -42))
                .input("b", DataType.INT32, Shape.of(2), ints)
                .input("c", DataType.UINT32, Shape.of(1), unsigned)
                .input("d", DataType.UINT64, Shape.of(1), longs(-1))
                .rule("a", "hash")
                .rule("b", "hash")
                .rule("c", "hash")
                .rule("d", "hash");

        InferenceRecord record = redacted();

        long plus = ByteBuffer.wrap(hmac("42")).getLong();
        long minus = ByteBuffer.wrap(hmac("-42")).getLong();
        assertThat(longs(input(record, "a"))).containsExactly(plus >>> 1, minus >>> 1);
        assertThat(input(record, "b").data().getInt(0)).isEqualTo((int) (minus >>> 33));
        assertThat(input(record, "b").data().getInt(4)).isEqualTo((int) (plus >>> 33));
        assertThat(input(record, "c").data().getInt(0))
                .isEqualTo(ByteBuffer.wrap(hmac("4294967295")).getInt());
        assertThat(longs(input(record, "d")))
                .containsExactly(ByteBuffer.wrap(hmac("18446744073709551615")).getLong());
        record.release();
    }

    /** What docs/redaction.md shows, made with Python's hmac and hashlib. */
    @Test
    void hashesAreThoseOfTheDocumentation() {
        KeyedHash hash = new KeyedHash("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

        assertThat(hash.text("ada@example.com")).isEqualTo("512383176ce1b4c279ee430548cf07ec");
        assertThat(hash.number("4711") >>> 1).isEqualTo(7745315666327539243L);
        assertThat(Long.toUnsignedString(hash.number("4711"))).isEqualTo("15490631332655078486");
        assertThat(hash.number("4711") >>> 33).isEqualTo(1803346831);
        assertThat(hash.number("4711") >>> 32).isEqualTo(3606693663L);
        assertThat(TextElements.HASHES_BYTES_MAX / 36).isEqualTo(1_864_135);
    }

    @Test
    void whatCannotHoldAHashIsDropped() {
        sent.input("a", DataType.FP32, Shape.of(1), floats(7))
                .input("b", DataType.UINT8, Shape.of(1), memory(1).put(0, (byte) 7))
                .input("c", DataType.BOOL, Shape.of(1), memory(1).put(0, (byte) 1))
                .rule("a", "hash")
                .rule("b", "hash")
                .rule("c", "hash");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "a"))).containsExactly(Float.NaN);
        assertThat(input(record, "b").data().get(0)).isZero();
        assertThat(input(record, "c").data().get(0)).isZero();
        record.release();
    }

    @Test
    void withoutAKeyWhatShouldBeHashedIsDropped() {
        sent.input("email", DataType.BYTES, Shape.of(1), texts("ada@example.com"))
                .input("user", DataType.INT64, Shape.of(1), longs(42))
                .parameter("p", new ParameterValue.Text("ada"))
                .client("ada", TRACE)
                .rule("email", "hash")
                .rule("user", "hash")
                .rule("parameters.p", "hash")
                .rule("client_id", "hash")
                .rule("trace_id", "hash");

        InferenceRecord record = new RuleRedactor(Optional.empty()).apply(sent.record());

        assertThat(texts(input(record, "email"))).containsExactly("");
        assertThat(longs(input(record, "user"))).containsExactly(0);
        assertThat(request(record).parameters()).isEmpty();
        assertThat(record.head().clientId()).isEmpty();
        assertThat(record.head().traceId()).isNull();
        record.release();
    }

    @Test
    void anEmptyKeyIsRefused() {
        assertThatThrownBy(() -> new RuleRedactor(Optional.of(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key of the hashes must have at least 1 byte, got 0");
    }

    @ParameterizedTest
    @CsvSource({
        "0, ''",
        "1, 'ä'",
        "2, 'ä€'",
        "3, 'ä€😀'",
        "4, 'ä€😀z'",
        "9, 'ä€😀z'",
    })
    void textsAreCutBetweenCharacters(int characters, String kept) {
        sent.input("t", DataType.BYTES, Shape.of(2), texts("ä€😀z", "b"))
                .client("ä€😀z", TRACE)
                .rule("t", "truncate " + characters)
                .rule("client_id", "truncate " + characters);

        InferenceRecord record = redacted();

        assertThat(texts(input(record, "t"))).containsExactly(kept, characters == 0 ? "" : "b");
        assertThat(record.head().clientId()).isEqualTo(kept);
        record.release();
    }

    @Test
    void bytesThatAreNoTextAreCutByteByByte() {
        byte[] bytes = {(byte) 0xE2, (byte) 0x82, 'a', (byte) 0x80};

        assertThat(TextElements.prefix(bytes, 0, 4, 1)).isEqualTo(1);
        assertThat(TextElements.prefix(bytes, 0, 4, 3)).isEqualTo(3);
        assertThat(TextElements.prefix(bytes, 0, 2, 5)).isEqualTo(2);
    }

    @Test
    void numbersCannotBeCutNorTextsRounded() {
        sent.input("a", DataType.FP32, Shape.of(1), floats(7))
                .input("t", DataType.BYTES, Shape.of(1), texts("7.25"))
                .input("b", DataType.BOOL, Shape.of(1), memory(1).put(0, (byte) 1))
                .rule("a", "truncate 3")
                .rule("t", "round 1")
                .rule("b", "round 1");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "a"))).containsExactly(Float.NaN);
        assertThat(texts(input(record, "t"))).containsExactly("");
        assertThat(input(record, "b").data().get(0)).isZero();
        record.release();
    }

    @Test
    void numbersAreRoundedInTheirOwnDatatype() {
        ByteBuffer halves = memory(6)
                .putShort(0, HalfFloats.toFp16(1.3f))
                .putShort(2, HalfFloats.toFp16(65504))
                .putShort(4, (short) 0x7C00);
        ByteBuffer brains = memory(2).putShort(0, HalfFloats.toBf16(123.5f));
        ByteBuffer bytes = memory(2).put(0, (byte) 0xFF).put(1, (byte) 15);
        ByteBuffer doubles = memory(8).putDouble(0, -12.345678);
        sent.input("h", DataType.FP16, Shape.of(3), halves)
                .input("b", DataType.BF16, Shape.of(1), brains)
                .input("u", DataType.UINT8, Shape.of(2), bytes)
                .input("d", DataType.FP64, Shape.of(1), doubles)
                .rule("h", "round -3")
                .rule("b", "round -1")
                .rule("u", "round -1")
                .rule("d", "round 2");

        InferenceRecord record = redacted();

        ByteBuffer rounded = input(record, "h").data();
        assertThat(HalfFloats.fp16(rounded.getShort(0))).isZero();
        assertThat(HalfFloats.fp16(rounded.getShort(2))).isEqualTo(64992f); // the half next to 65,000
        assertThat(HalfFloats.fp16(rounded.getShort(4))).isInfinite();
        assertThat(HalfFloats.bf16(input(record, "b").data().getShort(0))).isEqualTo(120f);
        assertThat(input(record, "u").data().get(0)).isEqualTo((byte) 250);
        assertThat(input(record, "u").data().get(1)).isEqualTo((byte) 20);
        assertThat(input(record, "d").data().getDouble(0)).isEqualTo(-12.35);
        record.release();
    }

    @Test
    void parametersFollowTheirOwnRuleBeforeThatOfAll() {
        sent.parameter("user", new ParameterValue.Text("ada"))
                .parameter("age", new ParameterValue.Int(36))
                .parameter("height", new ParameterValue.Real(1.6789))
                .parameter("vip", new ParameterValue.Bool(true))
                .parameter("town", new ParameterValue.Text("London"))
                .rule("parameters", "drop")
                .rule("parameters.town", "truncate 3")
                .rule("parameters.age", "round -1")
                .rule("parameters.height", "round 1");

        InferenceRecord record = redacted();

        assertThat(request(record).parameters())
                .isEqualTo(Map.of(
                        "age", new ParameterValue.Int(40),
                        "height", new ParameterValue.Real(1.7),
                        "town", new ParameterValue.Text("Lon")));
        record.release();
    }

    @Test
    void parametersAreHashedWhereTheyAreTextsOrIntegers() throws Exception {
        sent.parameter("user", new ParameterValue.Text("ada"))
                .parameter("number", new ParameterValue.Int(42))
                .parameter("height", new ParameterValue.Real(1.6789))
                .rule("parameters", "hash");

        InferenceRecord record = redacted();

        assertThat(request(record).parameters())
                .isEqualTo(Map.of(
                        "user", new ParameterValue.Text(hex("ada")),
                        "number",
                                new ParameterValue.Int(
                                        ByteBuffer.wrap(hmac("42")).getLong() >>> 1)));
        record.release();
    }

    @Test
    void whatIsNotAllowedIsDropped() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2))
                .features("income", "age")
                .output("score", DataType.FP32, Shape.of(1), floats(0.5f))
                .output("name", DataType.BYTES, Shape.of(1), texts("Ada"))
                .client("ada", TRACE)
                .parameter("p", new ParameterValue.Int(1))
                .allow("age", "score");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "x"))).containsExactly(Float.NaN, 2f);
        assertThat(floats(output(record, "score"))).containsExactly(0.5f);
        assertThat(texts(output(record, "name"))).containsExactly("");
        assertThat(request(record).parameters()).isEmpty();
        assertThat(record.head().clientId()).isEmpty();
        assertThat(request(record).clientId()).isEmpty();
        assertThat(record.head().traceId()).isNull();
        record.release();
        assertThat(sent.pool.bytesInUse()).isZero();
    }

    @Test
    void anAllowedInputAllowsAllItsColumnsAndARuleComesBeforeIt() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1.25f, 2.25f))
                .features("income", "age")
                .client("ada", TRACE)
                .parameter("p", new ParameterValue.Int(1))
                .parameter("q", new ParameterValue.Int(2))
                .allow("x", "client_id", "parameters.p")
                .rule("age", "round 0")
                .rule("client_id", "truncate 1");

        InferenceRecord record = redacted();

        assertThat(floats(input(record, "x"))).containsExactly(1.25f, 2f);
        assertThat(record.head().clientId()).isEqualTo("a");
        assertThat(request(record).parameters()).containsOnlyKeys("p");
        record.release();
    }

    @Test
    void theClientsAnswerStaysAsItWas() {
        sent.input("name", DataType.BYTES, Shape.of(1), texts("Ada"))
                .output("score", DataType.FP32, Shape.of(1), floats(0.5f))
                .rule("name", "drop")
                .rule("score", "drop");
        InferenceRecord record = sent.record();
        Tensor name = input(record, "name");
        Tensor score = output(record, "score");
        record.retain(); // the request's own reference

        InferenceRecord kept = redactor.apply(record);

        assertThat(texts(name)).containsExactly("Ada");
        assertThat(floats(score)).containsExactly(0.5f);
        assertThat(floats(output(kept, "score"))).containsExactly(Float.NaN);
        kept.release();
        assertThat(sent.pool.bytesInUse()).isPositive();
        record.release();
        assertThat(sent.pool.bytesInUse()).isZero();
    }

    @Test
    void aRecordThatCannotBeRedactedIsGivenBack() {
        ByteBuffer cutOff = memory(8).putInt(0, 100);
        sent.input("name", DataType.BYTES, Shape.of(1), cutOff).rule("name", "hash");
        InferenceRecord record = sent.record();

        assertThatThrownBy(() -> redactor.apply(record)).isInstanceOf(RuntimeException.class);
        assertThat(sent.pool.bytesInUse()).isZero();
    }

    @Test
    void messagesAreReplacedUnlessTheyAreAllowed() {
        sent.failed(ErrorCode.INVALID_INPUT, "input 'age': expected a number, got 'Ada'")
                .rule("client_id", "drop");

        InferenceRecord record = redacted();

        assertThat(record.head().failureMessage()).isEqualTo("the request does not fit the model");
        assertThat(record.redacted()).isTrue();
        record.release();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyFailureHasATextOfItsOwn(ErrorCode code) {
        assertThat(FailureText.of(code)).matches("[a-z][a-zA-Z ,']+");
    }

    @Test
    void allowedMessagesAreKeptAndMayBeCut() {
        sent.failed(ErrorCode.INVALID_INPUT, "input 'age': expected a number").allow("error");
        RecordedRequest cut = new RecordedRequest()
                .failed(ErrorCode.INVALID_INPUT, "input 'age': expected a number")
                .rule("error", "truncate 11");

        InferenceRecord kept = redacted();
        InferenceRecord shorter = redactor.apply(cut.record());

        assertThat(kept.head().failureMessage()).isEqualTo("input 'age': expected a number");
        assertThat(shorter.head().failureMessage()).isEqualTo("input 'age'");
        kept.release();
        shorter.release();
    }

    /** Who allows an output of that name has said nothing about messages. */
    @Test
    void anOutputNamedErrorDoesNotAllowMessages() {
        sent.output("error", DataType.FP32, Shape.of(1), floats(0.5f))
                .failed(ErrorCode.INVALID_INPUT, "got 'Ada'")
                .allow("error");

        InferenceRecord record = redacted();

        assertThat(record.head().failureMessage()).isEqualTo("the request does not fit the model");
        record.release();
    }

    @Test
    void inputsAndOutputsThatTheVersionDoesNotHaveGo() {
        sent.input("age", DataType.FP32, Shape.of(1), floats(36))
                .sent("nmae", DataType.BYTES, Shape.of(1), texts("Ada"))
                .output("score", DataType.FP32, Shape.of(1), floats(0))
                .asking("score", "Ada Lovelace")
                .failed(ErrorCode.INVALID_INPUT, "no input 'nmae'")
                .rule("client_id", "drop");

        InferenceRecord record = redacted();

        assertThat(request(record).inputs().tensors()).extracting(Tensor::name).containsExactly("age");
        assertThat(request(record).outputs()).extracting(RequestedOutput::name).containsExactly("score");
        record.release();
        assertThat(sent.pool.bytesInUse()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"FP32, 3", "FP32, 6", "INT32, 2"})
    void aTensorThatIsNotAsDeclaredIsDroppedWhereAnyOfItHasARule(DataType type, int width) {
        ByteBuffer values = memory(4 * width);
        for (int i = 0; i < width; i++) {
            values.putInt(4 * i, 0x41424344);
        }
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2))
                .sent("x", type, Shape.of(1, width), values)
                .features("income", "age")
                .rule("age", "round 2")
                .failed(ErrorCode.INVALID_INPUT, "does not fit");

        InferenceRecord record = redacted();

        ByteBuffer data = input(record, "x").data();
        for (int i = 0; i < width; i++) {
            assertThat(data.getInt(4 * i)).isEqualTo(type == DataType.FP32 ? 0x7FC00000 : 0);
        }
        record.release();
    }

    @Test
    void textsInPlaceOfNumbersAreDropped() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2))
                .sent("x", DataType.BYTES, Shape.of(1, 2), texts("Ada", "Lovelace"))
                .features("income", "age")
                .rule("age", "truncate 9")
                .failed(ErrorCode.INVALID_INPUT, "does not fit");

        InferenceRecord record = redacted();

        assertThat(texts(input(record, "x"))).containsExactly("", "");
        record.release();
    }

    @Test
    void digestsOfWhatHasARuleHaveNoChecksum() {
        sent.input("x", DataType.FP32, Shape.of(1, 2), floats(1, 2))
                .sent("nmae", DataType.BYTES, Shape.of(1), texts("Ada"))
                .features("income", "age")
                .output("score", DataType.FP32, Shape.of(1), floats(0.5f))
                .output("name", DataType.BYTES, Shape.of(1), texts("Ada"))
                .rule("age", "round 2")
                .rule("name", "truncate 1");
        InferenceRecord whole = sent.record();
        InferenceRecord digest = whole.digest();
        whole.release();

        InferenceRecord record = redactor.apply(digest);

        assertThat(record.redacted()).isTrue();
        assertThat(record.inputDigests()).containsExactly(new TensorDigest("x", DataType.FP32, Shape.of(1, 2), 8, 0));
        assertThat(record.outputDigests())
                .containsExactly(
                        digest.outputDigests().get(0), new TensorDigest("name", DataType.BYTES, Shape.of(1), 0, 0));
        assertThat(record.outputDigests().get(0).crc32c()).isNotZero();
    }

    @Test
    void aRequestThatCouldNotBeReadKeepsWhatMayBeKept() {
        sent.client("", TRACE).failed(ErrorCode.INVALID_INPUT, "got 'Ada'").rule("trace_id", "truncate 4");
        InferenceRecord unread = new InferenceRecord(sent.head(), null, null, List.of(), List.of(), false);

        InferenceRecord record = redactor.apply(unread);

        assertThat(record.head().traceId()).isNull();
        assertThat(record.head().failureMessage()).isEqualTo("the request does not fit the model");
        assertThat(record.request()).isNull();
        assertThat(record.head().flags()).containsExactly("out_of_range:age");
    }

    @Test
    void aConfigurationThatWasReadAgainCountsFromThenOn() {
        sent.input("name", DataType.BYTES, Shape.of(1), texts("Ada")).rule("name", "truncate 2");
        redacted().release();
        RecordedRequest again = new RecordedRequest()
                .input("name", DataType.BYTES, Shape.of(1), texts("Ada"))
                .rule("name", "drop");

        InferenceRecord.Head head = sent.head();
        InferenceRecord.Head reread = new InferenceRecord.Head(
                head.predictionId(),
                head.arrived(),
                head.clientId(),
                head.traceId(),
                head.model(),
                head.signature(),
                again.config(),
                head.arm(),
                head.reason(),
                head.timing(),
                head.selection(),
                head.flags(),
                head.failure(),
                head.failureMessage());
        InferenceRecord record =
                redactor.apply(new InferenceRecord(reread, again.request(), null, List.of(), List.of(), false));

        assertThat(texts(input(record, "name"))).containsExactly("");
        record.release();
    }

    @Test
    void moreHashesThanAreWorthItAreDropped() {
        int rows = TextElements.HASHES_BYTES_MAX / 36 + 1;
        sent.input("t", DataType.BYTES, Shape.of(rows), memory(4 * rows)).rule("t", "hash");

        InferenceRecord record = redacted();

        TensorSet inputs = request(record).inputs();
        assertThat(inputs.byteSize()).isEqualTo(4L * rows);
        record.release();
    }
}
