package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ModelKey;
import dev.sluice.model.VersionSelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ModelDefinitionTest {
    private static ModelDefinition definition(VersionSelector fallback) {
        ModelConfig config = new ModelConfig(
                ModelConfig.DEFAULT.versions(),
                ModelConfig.DEFAULT.batching(),
                ModelConfig.DEFAULT.runtime(),
                ModelConfig.DEFAULT.features(),
                ModelConfig.DEFAULT.labels(),
                new ServingConfig(false, 1, Optional.of(fallback)),
                ModelConfig.DEFAULT.gate(),
                ModelConfig.DEFAULT.breaker(),
                Optional.empty(),
                MonitoringConfig.OFF);
        List<VersionFiles> files = LongStream.rangeClosed(1, 3)
                .mapToObj(version -> new VersionFiles(
                        new ModelKey("m", version),
                        Path.of("m", Long.toString(version)),
                        Path.of("m", Long.toString(version), "model.onnx")))
                .toList();
        return new ModelDefinition("m", Path.of("m"), config, files, List.of(), List.of());
    }

    private static List<Long> numbers(List<VersionFiles> files) {
        return files.stream().map(each -> each.key().version()).toList();
    }

    @Test
    void theVersionThatStandsInForOthersIsServedWhateverThePolicySays() {
        assertThat(numbers(definition(new VersionSelector.Exact(1)).versions())).containsExactly(1L, 3L);
    }

    @Test
    void aFallbackThatIsALabelAddsNoVersion() {
        assertThat(numbers(definition(new VersionSelector.Label("stable")).versions()))
                .containsExactly(3L);
    }

    @Test
    void aFallbackThatWasUnloadedOrFailedIsNotServed() {
        ModelDefinition definition = definition(new VersionSelector.Exact(1));

        assertThat(numbers(definition.versions(Set.of(1L)))).containsExactly(3L);
        assertThat(numbers(
                        definition.with(new Intent(false, Set.of(1L), Set.of())).versions()))
                .containsExactly(3L);
    }
}
