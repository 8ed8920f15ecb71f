package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.VersionCheck;
import dev.sluice.model.ModelSignature;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Step {@code log}: every rule of {@code log.redact} is about a field that the version's records have. A misspelt name would leave a
 * field in the log that must not be there, so such a version does not serve. A misspelt name in {@code log.allow} only leaves one
 * out, and is said.
 *
 * <p>Threading: stateless.
 */
public final class LogRulesCheck implements VersionCheck {
    private static final int NAMED_MAX = 20;

    @Override
    public String step() {
        return "log";
    }

    @Override
    public String check(Candidate candidate) throws ModelLoadException {
        return check(candidate.config(), candidate.signature());
    }

    String check(ModelConfig config, ModelSignature signature) throws ModelLoadException {
        LogConfig log = config.monitoring().log();
        if (!log.redacts()) {
            return "no rules";
        }
        List<UnknownField> unknown = RuleRedactor.unknownFields(config, signature);
        for (UnknownField field : unknown) {
            if (log.redact().containsKey(field.name())) {
                throw new ModelLoadException(step(), message(field, config, signature));
            }
        }
        String rules = log.redact().size() == 1 ? "1 rule" : log.redact().size() + " rules";
        return rules + log.allow().map(LogRulesCheck::allowed).orElse("") + ignored(unknown);
    }

    private static String message(UnknownField field, ModelConfig config, ModelSignature signature) {
        LogFields fields = new LogFields(config, signature);
        String columns = config.features().isEmpty() && signature.inputs().size() == 1
                ? "; columns of '" + signature.inputs().get(0).name()
                        + "' have names only where 'features' in the model's configuration lists them"
                : "";
        return field.setting() + " names '" + field.name() + "', which is no field of this version"
                + field.suggestion()
                        .map(word -> "; did you mean '" + word + "'?")
                        .orElse(".")
                + " Its fields are " + named(fields.all()) + " and parameters.NAME" + columns;
    }

    private static String allowed(Collection<String> fields) {
        return ", " + fields.size() + (fields.size() == 1 ? " field" : " fields") + " allowed";
    }

    private static String ignored(List<UnknownField> unknown) {
        return unknown.isEmpty()
                ? ""
                : "; log.allow also names what this version does not have: "
                        + named(unknown.stream().map(UnknownField::name).toList());
    }

    private static String named(Collection<String> names) {
        String listed = names.stream().limit(NAMED_MAX).collect(Collectors.joining("', '", "'", "'"));
        return names.size() <= NAMED_MAX ? listed : listed + " and " + (names.size() - NAMED_MAX) + " more";
    }
}
