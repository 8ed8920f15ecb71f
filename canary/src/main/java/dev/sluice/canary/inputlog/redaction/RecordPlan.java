package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.FieldRule;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model's rules as they apply to the records of one version: which rule each field has, if any.
 *
 * <p>Where a field has several names, the rule of the narrower one counts: of a feature before that of the input that it is a column
 * of, of a parameter before that of all parameters.
 *
 * <p>Threading: immutable.
 */
final class RecordPlan {
    private static final FieldRule DROP = new FieldRule.Drop();

    private final Map<String, FieldRule> redact;
    private final @Nullable Set<String> allow;
    private final Map<String, TensorPlan> inputs = new HashMap<>();
    private final Map<String, TensorPlan> outputs = new HashMap<>();
    private final @Nullable FieldRule clientId;
    private final @Nullable FieldRule traceId;
    private final @Nullable FieldRule error;

    /**
     * The plan for one version.
     *
     * @param hashes whether there is a key; without one what should be hashed is dropped
     */
    RecordPlan(ModelConfig config, ModelSignature signature, boolean hashes) {
        LogConfig log = config.monitoring().log();
        redact = hashes ? log.redact() : withoutHashes(log.redact());
        allow = log.allow().orElse(null);
        LogFields fields = new LogFields(config, signature);
        for (TensorSpec input : signature.inputs()) {
            inputs.put(input.name(), plan(input, fields.columns()));
        }
        for (TensorSpec output : signature.outputs()) {
            outputs.put(output.name(), plan(output, List.of()));
        }
        clientId = rule(LogFields.CLIENT_ID);
        traceId = rule(LogFields.TRACE_ID);
        error = errorRule(fields);
    }

    private static Map<String, FieldRule> withoutHashes(Map<String, FieldRule> redact) {
        Map<String, FieldRule> rules = new HashMap<>(redact);
        rules.replaceAll((name, rule) -> rule instanceof FieldRule.Hash ? DROP : rule);
        return rules;
    }

    private TensorPlan plan(TensorSpec spec, List<String> columns) {
        if (columns.isEmpty()) {
            return new TensorPlan(spec, List.of(TensorPlan.Column.of(rule(spec.name()))));
        }
        List<TensorPlan.Column> rules = new ArrayList<>(columns.size());
        columns.forEach(column -> rules.add(TensorPlan.Column.of(rule(column, spec.name()))));
        return new TensorPlan(spec, rules);
    }

    /** A message may quote any field, so that it is kept only where somebody has said so. */
    private @Nullable FieldRule errorRule(LogFields fields) {
        boolean ofModel = fields.isOfModel(LogFields.ERROR); // then the name says nothing about the message
        FieldRule rule = ofModel ? null : redact.get(LogFields.ERROR);
        boolean allowed = !ofModel && allow != null && allow.contains(LogFields.ERROR);
        return rule == null && !allowed ? DROP : rule;
    }

    /** The rule of a field; null = it is kept. */
    private @Nullable FieldRule rule(String... names) {
        for (String name : names) {
            FieldRule rule = redact.get(name);
            if (rule != null) {
                return rule;
            }
        }
        if (allow == null) {
            return null;
        }
        for (String name : names) {
            if (allow.contains(name)) {
                return null;
            }
        }
        return DROP;
    }

    /** What becomes of an input; null when the version has none of that name. */
    @Nullable TensorPlan input(String name) {
        return inputs.get(name);
    }

    /** What becomes of an output; null when the version has none of that name. */
    @Nullable TensorPlan output(String name) {
        return outputs.get(name);
    }

    /** The rule of the client's id; null = it is kept. */
    @Nullable FieldRule clientId() {
        return clientId;
    }

    /** The rule of the trace id; null = it is kept. */
    @Nullable FieldRule traceId() {
        return traceId;
    }

    /** The rule of a failure's message; null = it is kept. */
    @Nullable FieldRule error() {
        return error;
    }

    /** The rule of a request's parameter; null = it is kept. */
    @Nullable FieldRule parameter(String name) {
        return rule(LogFields.PARAMETER_PREFIX + name, LogFields.PARAMETERS);
    }

    /** Names of the fields that should be hashed, in order. */
    static List<String> hashed(LogConfig log) {
        Set<String> names = new TreeSet<>();
        log.redact().forEach((name, rule) -> {
            if (rule instanceof FieldRule.Hash) {
                names.add(name);
            }
        });
        return List.copyOf(names);
    }
}
