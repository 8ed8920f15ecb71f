package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the server's own log says of a request that failed: no more than the records of its model may. */
class FailureLogTest {
    private static final String TEXT =
            "Error code - ORT_FAIL - message: Non-zero status code returned while running Gather"
                    + " node. Name:'lookup' Status Message: idx=4711";

    private final KnownHeadsConnection connection = new KnownHeadsConnection();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger failures = (Logger) LoggerFactory.getLogger(Exchange.class);

    @BeforeEach
    void listen() {
        connection.taught();
        lines.start();
        failures.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        failures.detachAppender(lines);
        connection.close();
    }

    private static LogConfig redacting() {
        return new LogConfig(
                true,
                1,
                Map.of(),
                LogConfig.By.PREDICTION,
                true,
                true,
                Map.of("age", new FieldRule.Drop()),
                Optional.empty());
    }

    private String logOf(LogConfig records, InferenceException failure) {
        connection.receive(KnownHeadsConnection.post("a"));
        Exchange exchange = connection.taken().get(0);
        exchange.concerns(records);
        exchange.fail(failure);
        return lines.list.stream()
                .map(line -> line.getFormattedMessage() + " "
                        + (line.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(line.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
    }

    private static InferenceException failedRun() {
        return new InferenceException(ErrorCode.MODEL_FAILED, "model m failed", new IllegalStateException(TEXT));
    }

    private static InferenceException unforeseen() {
        return new InferenceException(ErrorCode.BUG, "internal error", new NumberFormatException("of 4711"));
    }

    @Test
    void aFailedRunIsLoggedWithTheRuntimesText() {
        assertThat(logOf(LogConfig.OFF, failedRun())).contains("code=MODEL_FAILED reason=\"" + TEXT + "\"");
    }

    @Test
    void aFailedRunOfARedactedModelIsLoggedByItsNode() {
        assertThat(logOf(redacting(), failedRun()))
                .contains(
                        "code=MODEL_FAILED reason=\"Gather node 'lookup'; the runtime's text may quote values and is not"
                                + " logged\"")
                .doesNotContain("4711");
    }

    @Test
    void anUnforeseenFailureIsLoggedWithItsStack() {
        assertThat(logOf(LogConfig.OFF, unforeseen()))
                .contains("incident=", "NumberFormatException: of 4711", "FailureLogTest.unforeseen");
    }

    @Test
    void anUnforeseenFailureOfARedactedModelIsLoggedWithItsStackAlone() {
        assertThat(logOf(redacting(), unforeseen()))
                .contains("incident=", "java.lang.NumberFormatException", "FailureLogTest.unforeseen")
                .doesNotContain("4711");
    }
}
