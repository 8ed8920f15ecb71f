package dev.sluice.gateway.config;

import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.jsonl.Sync;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the input log that tests compare with. */
final class InputLogConfigs {
    static final InputLogConfig DEFAULT = new InputLogConfig(
            true,
            Optional.empty(),
            64L << 20,
            WhenFull.DROP_NEWEST,
            1L << 20,
            Duration.ofSeconds(1),
            Sync.ROTATION,
            Duration.ofSeconds(10),
            128L << 20,
            Duration.ofHours(1),
            InputLogConfig.Rotated.GZIP,
            10L << 30,
            Optional.empty(),
            1,
            Duration.ofSeconds(5),
            Optional.empty());

    static final InputLogConfig OTHER = new InputLogConfig(
            false,
            Optional.of(Path.of("/var/log/sluice")),
            1L << 20,
            WhenFull.SHED_TO_DIGEST,
            2L << 10,
            Duration.ofMillis(100),
            Sync.FLUSH,
            Duration.ofMinutes(1),
            1L << 20,
            Duration.ofMinutes(5),
            InputLogConfig.Rotated.PARQUET,
            1L << 30,
            Optional.of(URI.create("http://collector:8080/events")),
            10,
            Duration.ofSeconds(1),
            Optional.empty());

    private InputLogConfigs() {}
}
