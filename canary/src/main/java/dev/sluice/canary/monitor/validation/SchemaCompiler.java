package dev.sluice.canary.monitor.validation;

import dev.sluice.canary.monitor.profile.Feature;
import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorSpec;
import dev.sluice.settings.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts together what a profile and a configuration say about the values of features, and where the features lie.
 *
 * <p>Threading: confined to one thread; one instance compiles one version.
 */
final class SchemaCompiler {
    private final ModelSignature signature;
    private final ValidationConfig config;
    private final LogConfig log;
    private final List<Feature> features;
    private final List<FeatureRule> rules = new ArrayList<>();
    private final List<TensorCheck> checks = new ArrayList<>();
    private int watched;

    private SchemaCompiler(ModelSignature signature, ModelConfig config, List<Feature> features) {
        this.signature = signature;
        this.config = config.monitoring().validation();
        this.log = config.monitoring().log();
        this.features = features;
    }

    /**
     * Compiles what is known of a version.
     *
     * @param profiled the features of its profile, which lie in the inputs of the signature; empty without a profile
     * @throws SchemaException if the configuration names a feature that there is not, or a domain cannot be one of its datatype
     */
    static ValidationSchema compile(ModelSignature signature, ModelConfig config, Optional<FeatureOrder> profiled)
            throws SchemaException {
        List<Feature> features = profiled.map(FeatureOrder::features).orElseGet(() -> declared(signature, config));
        return new SchemaCompiler(signature, config, features).compile();
    }

    /** The features that the configuration names; where they do not fit the inputs, each input is one. */
    private static List<Feature> declared(ModelSignature signature, ModelConfig config) {
        List<TensorSpec> inputs = signature.inputs();
        List<String> names = config.features();
        if (inputs.isEmpty()) {
            return List.of();
        }
        if (inputs.size() == 1 && names.size() == 1 && inputs.get(0).shape().rank() == 1) {
            TensorSpec input = inputs.get(0);
            return List.of(new Feature(names.get(0), input.name(), Feature.WHOLE, input.dataType(), input.shape()));
        }
        try {
            return FeatureOrder.of(signature, names).features();
        } catch (IllegalArgumentException e) {
            return FeatureOrder.of(signature, List.of()).features();
        }
    }

    private ValidationSchema compile() throws SchemaException {
        requireKnown();
        Map<String, List<Feature>> byInput = new LinkedHashMap<>();
        for (Feature feature : features) {
            byInput.computeIfAbsent(feature.tensor(), name -> new ArrayList<>()).add(feature);
        }
        for (Map.Entry<String, List<Feature>> each : byInput.entrySet()) {
            TensorSpec input = signature.input(each.getKey());
            if (input != null) {
                add(input, each.getValue());
            }
        }
        return new ValidationSchema(config.policy(), rules, checks, watched);
    }

    private void requireKnown() throws SchemaException {
        List<String> known = features.stream().map(Feature::name).toList();
        for (String name : config.features().keySet().stream().sorted().toList()) {
            if (!known.contains(name)) {
                String meant = NearestWord.of(name, known)
                        .map(near -> "; did you mean " + Shown.quoted(near) + "?")
                        .orElse("");
                throw new SchemaException("validation.features must name features of the model, which are "
                        + Shown.list(known) + ", got " + Shown.quoted(name) + meant);
            }
        }
    }

    private void add(TensorSpec input, List<Feature> inInput) throws SchemaException {
        List<FeatureRule> inOrder = new ArrayList<>();
        List<DomainSource> sources = new ArrayList<>();
        for (Feature feature : inInput) {
            FeatureDomain own = config.features().get(feature.name());
            sources.add(new DomainSource(
                    own != null
                            ? "validation.features." + feature.name()
                            : "profile.json feature " + Shown.quoted(feature.name()) + " domain",
                    input.dataType()));
            FeatureRule rule = new FeatureRule(
                    rules.size(),
                    feature.name(),
                    own != null ? own : feature.domain(),
                    isHidden(feature.name(), input.name()));
            rules.add(rule);
            inOrder.add(rule);
        }
        TensorLayout layout = new TensorLayout(input, inInput.get(0).isColumn(), inOrder);
        ConstantRuns runs = runs(layout);
        switch (input.dataType()) {
            case FP16, BF16, FP32, FP64 -> checks.add(new FloatingCheck(layout, floats(inOrder, sources), runs));
            case BYTES -> checks.add(new TextCheck(layout, texts(inOrder, sources), runs));
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> {
                IntegerCheck check = new IntegerCheck(layout, integers(inOrder, sources), runs);
                if (inOrder.stream().anyMatch(rule -> !rule.domain().isAny())) {
                    checks.add(check);
                }
            }
        }
    }

    private ConstantRuns runs(TensorLayout layout) {
        boolean watch = config.constantRun() > 0 && layout.hasOneValuePerRow();
        int[] columns =
                Columns.where(layout, (column, rule) -> watch && rule.domain().varies());
        ConstantRuns runs = new ConstantRuns(layout, columns, watched, config.constantRun());
        watched += columns.length;
        return runs;
    }

    /** Whether the input log keeps values of a feature out of what it writes, messages included. */
    private boolean isHidden(String feature, String input) {
        boolean redacted = log.redact().containsKey(feature) || log.redact().containsKey(input);
        return redacted || (!log.keeps(feature) && !log.keeps(input));
    }

    private static List<FloatingCheck.Bounds> floats(List<FeatureRule> rules, List<DomainSource> sources)
            throws SchemaException {
        List<FloatingCheck.Bounds> bounds = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            bounds.add(DomainCompiler.floats(rules.get(i).domain(), sources.get(i)));
        }
        return bounds;
    }

    private static List<TextSet> texts(List<FeatureRule> rules, List<DomainSource> sources) throws SchemaException {
        List<TextSet> sets = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            sets.add(DomainCompiler.texts(rules.get(i).domain(), sources.get(i)));
        }
        return sets;
    }

    private static List<IntegerCheck.Bounds> integers(List<FeatureRule> rules, List<DomainSource> sources)
            throws SchemaException {
        List<IntegerCheck.Bounds> bounds = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            FeatureDomain domain = rules.get(i).domain();
            DomainSource source = sources.get(i);
            bounds.add(
                    source.type().isInteger()
                            ? DomainCompiler.integers(domain, source)
                            : DomainCompiler.booleans(domain, source));
        }
        return bounds;
    }
}
