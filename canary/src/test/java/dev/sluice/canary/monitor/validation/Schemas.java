package dev.sluice.canary.monitor.validation;

import dev.sluice.canary.monitor.profile.Feature;
import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.loader.repository.FeedbackConfig;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A version's schema, put together step by step. */
final class Schemas {
    private final List<TensorSpec> inputs;
    private final Map<String, FeatureDomain> domains = new LinkedHashMap<>();
    private List<String> columns = List.of();
    private Optional<FeatureOrder> profile = Optional.empty();
    private ValidationConfig.Policy policy = ValidationConfig.Policy.FLAG;
    private LogConfig log = LogConfig.OFF;
    private int constantRun;

    private Schemas(List<TensorSpec> inputs) {
        this.inputs = inputs;
    }

    static Schemas of(TensorSpec... inputs) {
        return new Schemas(List.of(inputs));
    }

    /** One input {@code x}. */
    static Schemas x(DataType type, long... shape) {
        return of(new TensorSpec("x", type, Shape.of(shape)));
    }

    /** A domain as it is written: {@code min=0 max=120 missing=false integer=true}, and the values after it. */
    static FeatureDomain domain(String text, String... values) {
        Optional<BigDecimal> min = Optional.empty();
        Optional<BigDecimal> max = Optional.empty();
        Optional<Boolean> missing = Optional.empty();
        boolean integer = false;
        for (String part : text.isEmpty() ? List.<String>of() : List.of(text.split(" ", -1))) {
            String value = part.substring(part.indexOf('=') + 1);
            switch (part.substring(0, part.indexOf('='))) {
                case "min" -> min = Optional.of(FeatureDomain.number(value));
                case "max" -> max = Optional.of(FeatureDomain.number(value));
                case "missing" -> missing = Optional.of(value.equals("true"));
                default -> integer = value.equals("true");
            }
        }
        return new FeatureDomain(min, max, List.of(values), missing, integer);
    }

    Schemas columns(String... names) {
        columns = List.of(names);
        return this;
    }

    /** Names of the columns of the only input, also of one whose columns a configuration cannot name. */
    Schemas named(String... names) {
        TensorSpec input = inputs.get(0);
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            features.add(new Feature(names[i], input.name(), i, input.dataType(), input.shape()));
        }
        return profile(new FeatureOrder(features));
    }

    Schemas domain(String feature, FeatureDomain domain) {
        domains.put(feature, domain);
        return this;
    }

    Schemas profile(FeatureOrder order) {
        profile = Optional.of(order);
        return this;
    }

    Schemas policy(ValidationConfig.Policy value) {
        policy = value;
        return this;
    }

    Schemas log(LogConfig value) {
        log = value;
        return this;
    }

    Schemas constantRun(int rows) {
        constantRun = rows;
        return this;
    }

    ModelSignature signature() {
        return new ModelSignature("test", inputs, List.of(), Map.of());
    }

    ModelConfig config() {
        ModelConfig defaults = ModelConfig.DEFAULT;
        return new ModelConfig(
                defaults.versions(),
                defaults.batching(),
                defaults.runtime(),
                columns,
                Map.of(),
                defaults.serving(),
                defaults.gate(),
                defaults.breaker(),
                Optional.empty(),
                new MonitoringConfig(log, new ValidationConfig(policy, domains, constantRun), FeedbackConfig.OFF));
    }

    ValidationSchema compile() throws SchemaException {
        return SchemaCompiler.compile(signature(), config(), profile);
    }

    RequestValidator validator() {
        try {
            return new RequestValidator(compile());
        } catch (SchemaException e) {
            throw new IllegalStateException(e);
        }
    }
}
