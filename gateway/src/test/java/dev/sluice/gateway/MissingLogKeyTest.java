package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.RecordTiming;
import dev.sluice.canary.inputlog.Selection;
import dev.sluice.canary.inputlog.redaction.RuleRedactor;
import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What should be hashed and cannot be is dropped, which operators should know. */
class MissingLogKeyTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RuleRedactor.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    private static ModelConfig hashing(String... fields) {
        Map<String, FieldRule> rules = new HashMap<>();
        for (String field : fields) {
            rules.put(field, new FieldRule.Hash());
        }
        LogConfig log = new LogConfig(
                true, 1, Map.of(), LogConfig.By.PREDICTION, true, true, rules, Optional.of(Set.of("error")));
        ModelConfig plain = ModelConfig.DEFAULT;
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

    /** A request to one version that could not be read. */
    private static InferenceRecord record(ModelConfig config, String model, long version) {
        InferenceRecord.Head head = new InferenceRecord.Head(
                "p",
                Instant.EPOCH,
                "",
                null,
                new ModelKey(model, version),
                new ModelSignature("onnx", List.of(), List.of(), Map.of()),
                config,
                "stable",
                RouteDecision.Reason.ROUTE,
                new RecordTiming(1, 0, InferTiming.NONE),
                new Selection(Selection.Reason.ERROR, 1),
                List.of(),
                ErrorCode.INVALID_INPUT,
                "not JSON");
        return new InferenceRecord(head, null, null, List.of(), List.of(), false);
    }

    @Test
    void isSaidOnceForEachModel() {
        RuleRedactor redactor = new RuleRedactor(Optional.empty());
        ModelConfig config = hashing("trace_id", "client_id");

        redactor.apply(record(config, "a", 1));
        redactor.apply(record(config, "a", 1));
        redactor.apply(record(config, "a", 2));
        redactor.apply(record(hashing("client_id"), "b", 1));
        redactor.apply(record(hashing(), "c", 1));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "event=log_hash_without_key model=a fields=\"client_id, trace_id\" effect=\"dropped\""
                                + " hint=\"SLUICE_LOG_KEY holds the key\"",
                        "event=log_hash_without_key model=b fields=\"client_id\" effect=\"dropped\" hint=\"SLUICE_LOG_KEY"
                                + " holds the key\"");
    }

    @Test
    void isNotSaidWhereThereIsAKey() {
        byte[] key = "a key of the test's own".getBytes(StandardCharsets.UTF_8);

        new RuleRedactor(Optional.of(key)).apply(record(hashing("client_id"), "a", 1));

        assertThat(lines.list).isEmpty();
    }
}
