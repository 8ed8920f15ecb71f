package dev.sluice.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.sluice.gateway.config.LoggingConfig;
import org.slf4j.LoggerFactory;

/**
 * Sends log lines to standard error, as text or as JSON; standard output belongs to commands.
 *
 * <p>Threading: call once, before anything is logged.
 */
public final class Logging {
    /** Where the engine reports an event loop that is kept from its work. */
    private static final String BLOCKED_THREADS = "io.vertx.core.impl.BlockedThreadChecker";

    private Logging() {}

    public static void configure(LoggingConfig config) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Encoder<ILoggingEvent> encoder = encoder(config, context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("ai.djl").setLevel(Level.WARN);
        // A connection that is accepted while the port closes is refused; that is no news.
        context.getLogger("io.netty.bootstrap.ServerBootstrap").setLevel(Level.ERROR);
        context.getLogger(BLOCKED_THREADS).setLevel(Level.ERROR);
        context.getLogger("dev.sluice").setLevel(Level.toLevel(config.level().name()));
    }

    /** From now on a blocked event loop is reported; while the process starts, loading classes may take longer than that. */
    public static void watchEventLoops() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(BLOCKED_THREADS).setLevel(Level.WARN);
    }

    private static Encoder<ILoggingEvent> encoder(LoggingConfig config, LoggerContext context) {
        if (config.format() == LoggingConfig.Format.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n");
        return text;
    }
}
