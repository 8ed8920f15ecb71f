package dev.sluice.canary.inputlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.redaction.RuleRedactor;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.ParameterValue;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Personal data goes in everywhere where clients can put it, and none of it reaches the sink. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PersonalDataTest {
    private static final ModelSignature SIGNATURE = new ModelSignature(
            "onnx",
            List.of(
                    new TensorSpec("email", DataType.BYTES, Shape.of(-1)),
                    new TensorSpec("income", DataType.FP32, Shape.of(-1)),
                    new TensorSpec("height", DataType.FP16, Shape.of(-1)),
                    new TensorSpec("account", DataType.INT64, Shape.of(-1)),
                    new TensorSpec("phone", DataType.UINT32, Shape.of(-1))),
            List.of(
                    new TensorSpec("greeting", DataType.BYTES, Shape.of(-1)),
                    new TensorSpec("score", DataType.FP64, Shape.of(-1))),
            Map.of());
    private static final Set<String> FIELDS = Set.of(
            "email",
            "income",
            "height",
            "account",
            "phone",
            "greeting",
            "score",
            "client_id",
            "trace_id",
            "parameters");

    private final TensorPool pool = new TensorPool(64 << 20);
    private final Random random = new Random(42);
    private final List<byte[]> seeded = new ArrayList<>();
    private int fillingBytes;

    /** Writes all that a record holds, and keeps nothing else. */
    private static final class WritingSink implements LogSink {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        int records;
        int redacted;
        int digests;
        long checksums;

        @Override
        public synchronized void add(InferenceRecord record) {
            records++;
            digests += record.isDigest() ? 1 : 0;
            redacted += record.redacted() ? 1 : 0;
            write(record.head().toString());
            write(String.valueOf(record.request()));
            write(record.inputDigests().toString() + record.outputDigests());
            checksums += Stream.concat(record.inputDigests().stream(), record.outputDigests().stream())
                    .filter(digest -> digest.crc32c() != 0)
                    .count();
            if (record.request() != null) {
                write(record.request().inputs());
            }
            if (record.outputs() != null) {
                write(record.outputs());
            }
        }

        private void write(TensorSet tensors) {
            byte[] block = new byte[tensors.block().capacity()];
            tensors.block().memory().get(0, block);
            written.writeBytes(block); // all of it: also what no tensor shows
            tensors.tensors().forEach(tensor -> write(tensor.toString()));
        }

        private void write(String text) {
            written.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public int flush() {
            return 0;
        }

        @Override
        public void windowEnded(WindowCounts counts) {}

        @Override
        public void close() {}
    }

    private interface Filling {
        void fill(ByteBuffer memory);
    }

    private static byte[] bytes(int count, Filling filling) {
        ByteBuffer memory = ByteBuffer.wrap(new byte[count]).order(ByteOrder.LITTLE_ENDIAN);
        filling.fill(memory);
        return memory.array();
    }

    private String text(String kind) {
        String text = HexFormat.of().toHexDigits(random.nextLong()) + kind + "@example.com";
        seeded.add(text.getBytes(StandardCharsets.UTF_8));
        // Nor half of one, except for the first character that a rule may keep.
        seeded.add(text.substring(1, 9).getBytes(StandardCharsets.UTF_8));
        return text;
    }

    private byte[] number(int size, Filling filling) {
        byte[] number = bytes(size, filling);
        seeded.add(number);
        return number;
    }

    private long wideNumber() {
        long number = random.nextLong() >>> 1 | 1L << 60;
        seeded.add(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        return number;
    }

    private static byte[] element(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return bytes(4 + utf8.length, memory -> memory.putInt(utf8.length).put(utf8));
    }

    private Map<String, byte[]> inputs() {
        Map<String, byte[]> values = new HashMap<>();
        values.put("email", element(text("email")));
        float income = 10_000 + random.nextFloat() * 90_000;
        values.put("income", number(4, memory -> memory.putFloat(income)));
        long account = wideNumber();
        values.put("account", number(8, memory -> memory.putLong(account)));
        int phone = random.nextInt() | 1 << 31;
        values.put("phone", number(4, memory -> memory.putInt(phone)));
        // Two bytes are anywhere by chance; the element stands for its rule's being followed at all.
        values.put("height", bytes(2, memory -> memory.putShort((short) 0x3EB8)));
        return values;
    }

    private TensorSet set(Map<String, byte[]> values) {
        int size = values.values().stream().mapToInt(value -> value.length).sum();
        TensorBlock block = pool.acquire(size + fillingBytes);
        List<Tensor> tensors = new ArrayList<>();
        int at = 0;
        for (Map.Entry<String, byte[]> value : values.entrySet()) {
            TensorSpec spec = SIGNATURE.input(value.getKey());
            spec = spec == null ? SIGNATURE.output(value.getKey()) : spec;
            DataType type = spec == null ? DataType.BYTES : spec.dataType();
            block.memory().put(at, value.getValue());
            tensors.add(Tensor.in(block, at, value.getValue().length, value.getKey(), type, Shape.of(1)));
            at += value.getValue().length;
        }
        return new TensorSet(tensors, block);
    }

    private static ModelConfig config(Map<String, FieldRule> redact, Optional<Set<String>> allow) {
        ModelConfig plain = ModelConfig.DEFAULT;
        LogConfig log = new LogConfig(true, 1, Map.of(), LogConfig.By.PREDICTION, true, true, redact, allow);
        return new ModelConfig(
                plain.versions(),
                plain.batching(),
                plain.runtime(),
                plain.features(),
                plain.labels(),
                plain.serving(),
                plain.gate(),
                plain.breaker(),
                plain.transform(),
                new MonitoringConfig(log, ValidationConfig.DEFAULT, FeedbackConfig.OFF));
    }

    static Stream<Arguments> rules() {
        Optional<byte[]> key = Optional.of("a key of the test's own".getBytes(StandardCharsets.UTF_8));
        Map<String, FieldRule> drop = new HashMap<>();
        Map<String, FieldRule> hash = new HashMap<>();
        Map<String, FieldRule> cut = new HashMap<>();
        Map<String, FieldRule> round = new HashMap<>();
        FIELDS.forEach(field -> {
            drop.put(field, new FieldRule.Drop());
            hash.put(field, new FieldRule.Hash());
            cut.put(field, new FieldRule.Truncate(1));
            round.put(field, new FieldRule.Round(-4));
        });
        return Stream.of(
                Arguments.of("drop", config(drop, Optional.empty()), key),
                Arguments.of("hash", config(hash, Optional.empty()), key),
                Arguments.of("hash without a key", config(hash, Optional.empty()), Optional.empty()),
                Arguments.of("truncate", config(cut, Optional.empty()), key),
                Arguments.of("round", config(round, Optional.empty()), key),
                Arguments.of("allow nothing", config(Map.of(), Optional.of(Set.of())), key),
                Arguments.of("allow what has a rule", config(hash, Optional.of(FIELDS)), key));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void noneOfItReachesTheSink(String what, ModelConfig config, Optional<byte[]> key) {
        WritingSink sink = new WritingSink();
        send(config, key, sink, WhenFull.DROP_NEWEST, 64 << 20);

        assertNothingSeeded(sink.written.toByteArray());
        assertThat(sink.records).isEqualTo(60);
        assertThat(sink.redacted).isEqualTo(60);
        assertThat(pool.bytesInUse()).isZero();
    }

    /** The queue has no room for tensors: their checksums are made before the rules are looked at. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void noneOfItReachesTheSinkInADigest(String what, ModelConfig config, Optional<byte[]> key) {
        WritingSink sink = new WritingSink();
        fillingBytes = 64 << 10;
        send(config, key, sink, WhenFull.SHED_TO_DIGEST, 64 << 10);

        assertNothingSeeded(sink.written.toByteArray());
        assertThat(sink.digests).isPositive();
        assertThat(sink.checksums).isZero();
        assertThat(sink.redacted).isEqualTo(sink.records);
        assertThat(pool.bytesInUse()).isZero();
    }

    private void send(ModelConfig config, Optional<byte[]> key, WritingSink sink, WhenFull whenFull, long queueBytes) {
        RecordChannel channel = new RecordChannel(
                "file",
                new Sampler(),
                new RuleRedactor(key),
                sink,
                new ChannelOptions(queueBytes, whenFull, Duration.ofMillis(5), Duration.ofSeconds(20)),
                InstantSource.system());
        InputLog log = new InputLog(List.of(channel), InstantSource.system());
        for (int i = 0; i < 20; i++) {
            answer(log, config);
            fail(log, config);
            refuse(log, config);
        }
        log.close(Duration.ofSeconds(20));
    }

    private @Nullable RecordDraft begin(InputLog log, ModelConfig config, InferRequest request) {
        return log.begin(route(), SIGNATURE, config, origin(), request, List.of("out_of_range:income"));
    }

    private void answer(InputLog log, ModelConfig config) {
        InferRequest request = request(set(inputs()), List.of());
        RecordDraft draft = Objects.requireNonNull(begin(log, config, request));
        double score = random.nextInt(9_000) + random.nextDouble();
        InferResponse response = new InferResponse(
                route().key(),
                set(Map.of(
                        "greeting", element(text("greeting")), "score", number(8, memory -> memory.putDouble(score)))),
                0,
                InferTiming.NONE);
        draft.answered(response);
        response.release();
        request.inputs().release();
    }

    /** With inputs that the model does not have, and outputs that nobody has. */
    private void fail(InputLog log, ModelConfig config) {
        Map<String, byte[]> values = inputs();
        values.put(text("input"), element(text("misspelt")));
        InferRequest request = request(set(values), List.of(new RequestedOutput(text("output"), false, 0)));
        RecordDraft draft = Objects.requireNonNull(begin(log, config, request));
        draft.failed(InferenceException.invalidInput("unexpected input '" + text("quoted") + "'"));
        request.inputs().release();
    }

    private void refuse(InputLog log, ModelConfig config) {
        InferenceException failure = new InferenceException(
                ErrorCode.INVALID_INPUT, "expected a number, got '" + text("unread") + "' or " + wideNumber());
        log.refused(route(), SIGNATURE, config, origin(), failure);
    }

    private InferRequest request(TensorSet inputs, List<RequestedOutput> outputs) {
        Map<String, ParameterValue> parameters = Map.of(
                "user",
                new ParameterValue.Text(text("parameter")),
                "number",
                new ParameterValue.Int(wideNumber()),
                "real",
                new ParameterValue.Real(wideNumber() + 0.0));
        return new InferRequest("p", text("client"), inputs, outputs, false, parameters, 0, InferRequest.NO_DEADLINE);
    }

    private static RouteDecision.Routed route() {
        return new RouteDecision.Routed(new ModelKey("people", 1), "stable", RouteDecision.Reason.ROUTE);
    }

    private RequestOrigin origin() {
        String trace =
                HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
        seeded.add(trace.getBytes(StandardCharsets.US_ASCII));
        String key = text("key");
        return new RequestOrigin() {
            @Override
            public String predictionId() {
                return "p";
            }

            @Override
            public long arrivedNanos() {
                return System.nanoTime();
            }

            @Override
            public String traceId() {
                return trace;
            }

            @Override
            public String key() {
                return key;
            }
        };
    }

    private void assertNothingSeeded(byte[] written) {
        assertThat(written).isNotEmpty();
        assertThat(seeded).hasSizeGreaterThan(300);
        String all = new String(written, StandardCharsets.ISO_8859_1);
        for (byte[] personal : seeded) {
            String searched = new String(personal, StandardCharsets.ISO_8859_1);
            assertThat(all.contains(searched))
                    .as("'%s' is in what was written", searched)
                    .isFalse();
        }
    }
}
