package dev.sluice.loader.repository;

import dev.sluice.settings.Setting;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.ValueType;
import dev.sluice.settings.ValueTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What operators may set about the recording and checking of a model's requests.
 *
 * <p>Threading: stateless.
 */
final class MonitoringSettings {
    private static final LogConfig LOG = LogConfig.OFF;

    private static final Setting<Boolean> LOG_ENABLED = new Setting<>(
            "log.enabled", ValueTypes.bool(), LOG.enabled(), "Whether requests are recorded in the input log");
    private static final Setting<Double> LOG_SHARE =
            new Setting<>("log.share", ModelValues.fraction(1), LOG.share(), "Share of the requests that is recorded");
    private static final Setting<Map<String, Double>> LOG_ARMS = new Setting<>(
            "log.arms",
            ValueTypes.map(ModelValues.fraction(1)),
            LOG.arms(),
            "The same for single arms, such as `{canary: 1}`");
    private static final Setting<LogConfig.By> LOG_BY = new Setting<>(
            "log.by",
            ValueTypes.word(LogConfig.By.class),
            LOG.by(),
            "What a request is chosen by: its own id, or the key in its header `sluice-key`, which chooses the same keys on"
                    + " every replica");
    private static final Setting<Boolean> LOG_ERRORS = new Setting<>(
            "log.errors", ValueTypes.bool(), LOG.errors(), "Whether requests that failed are always recorded");
    private static final Setting<Boolean> LOG_FLAGGED = new Setting<>(
            "log.flagged",
            ValueTypes.bool(),
            LOG.flagged(),
            "Whether requests with flagged values are always recorded");
    private static final Setting<Map<String, FieldRule>> LOG_REDACT = new Setting<>(
            "log.redact",
            ValueTypes.map(fieldRule()),
            LOG.redact(),
            "What becomes of single fields before anything else is done with a record: `{name: drop, email: hash}`");
    private static final Setting<Optional<List<String>>> LOG_ALLOW = new Setting<>(
            "log.allow",
            ValueTypes.list(ValueTypes.text()).orNone(),
            Optional.empty(),
            "The only fields that are kept; all others are dropped");

    private static final Setting<ValidationConfig.Policy> VALIDATION_POLICY = new Setting<>(
            "validation.policy",
            ValueTypes.word(ValidationConfig.Policy.class),
            ValidationConfig.DEFAULT.policy(),
            "What is done about values that do not fit: nothing, they are counted, also flagged in the record, or the request"
                    + " is refused");
    private static final Setting<Map<String, FeatureDomain>> VALIDATION_FEATURES = new Setting<>(
            "validation.features",
            FeatureDomainType.byFeature(),
            ValidationConfig.DEFAULT.features(),
            "What values of single features may be, such as `{age: {min: 0, max: 120}}`; it replaces what `profile.json`"
                    + " says of them");
    private static final Setting<Integer> VALIDATION_CONSTANT_RUN = new Setting<>(
            "validation.constant-run",
            ValueTypes.integer(0, 1_000_000_000),
            ValidationConfig.DEFAULT.constantRun(),
            "Rows in a row with the same value, from which on a feature that varies is found to be stuck; 0 = never");

    private static final Setting<Boolean> FEEDBACK_ENABLED = new Setting<>(
            "feedback.enabled",
            ValueTypes.bool(),
            FeedbackConfig.OFF.enabled(),
            "Whether predictions are remembered so that labels can be joined to them");

    private MonitoringSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                LOG_ENABLED,
                LOG_SHARE,
                LOG_ARMS,
                LOG_BY,
                LOG_ERRORS,
                LOG_FLAGGED,
                LOG_REDACT,
                LOG_ALLOW,
                VALIDATION_POLICY,
                VALIDATION_FEATURES,
                VALIDATION_CONSTANT_RUN,
                FEEDBACK_ENABLED);
    }

    static MonitoringConfig read(SettingsReader reader) {
        return new MonitoringConfig(
                new LogConfig(
                        reader.get(LOG_ENABLED),
                        reader.get(LOG_SHARE),
                        reader.getMerged(LOG_ARMS),
                        reader.get(LOG_BY),
                        reader.get(LOG_ERRORS),
                        reader.get(LOG_FLAGGED),
                        reader.getMerged(LOG_REDACT),
                        reader.get(LOG_ALLOW).map(Set::copyOf)),
                new ValidationConfig(
                        reader.get(VALIDATION_POLICY),
                        reader.getMerged(VALIDATION_FEATURES),
                        reader.get(VALIDATION_CONSTANT_RUN)),
                new FeedbackConfig(reader.get(FEEDBACK_ENABLED)));
    }

    private static ValueType<FieldRule> fieldRule() {
        return ValueTypes.parsed(
                "drop, hash, truncate N, round N",
                "must be drop, hash, truncate N (0 to " + FieldRule.Truncate.LENGTH_MAX + " characters) or round N (-"
                        + FieldRule.Round.DECIMALS_MAX + " to " + FieldRule.Round.DECIMALS_MAX + " decimals)",
                FieldRule::parse,
                FieldRule::text);
    }
}
