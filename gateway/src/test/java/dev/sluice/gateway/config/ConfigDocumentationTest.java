package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.ModelSettings;
import dev.sluice.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigDocumentationTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final String HEAD = "| key | holds | default | meaning |\n|---|---|---|---|\n";

    @Test
    void thePageHoldsTheTableOfTheGatewaysKeys() throws IOException {
        assertThat(Files.readString(PAGE)).contains("\n\n" + table(ConfigKeys.all()) + "\n");
    }

    @Test
    void thePageHoldsTheTableOfAModelsKeys() throws IOException {
        assertThat(Files.readString(PAGE)).contains("\n\n" + table(ModelSettings.all()) + "\n");
    }

    private static String table(List<Setting<?>> settings) {
        return HEAD + settings.stream().map(Setting::documentationRow).collect(Collectors.joining("\n", "", "\n"));
    }
}
