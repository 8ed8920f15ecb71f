package dev.sluice.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetricsDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    /** The table in docs/metrics.md is what this renders; after a change of MeterName, paste it there. */
    @Test
    void documentsEveryMeter() throws IOException {
        StringBuilder table = new StringBuilder("| name | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
        for (MeterName meter : MeterName.values()) {
            table.append("| `")
                    .append(meter.prometheusName())
                    .append("` | ")
                    .append(meter.kind().name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(meter.unit())
                    .append(" | ")
                    .append(meter.tags().isEmpty() ? "" : "`" + String.join("`, `", meter.tags()) + "`")
                    .append(" | ")
                    .append(meter.meaning())
                    .append(" |\n");
        }

        assertThat(Files.readString(DOCUMENT)).contains(table);
    }
}
