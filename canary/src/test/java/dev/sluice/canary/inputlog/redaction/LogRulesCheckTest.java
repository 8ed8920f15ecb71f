package dev.sluice.canary.inputlog.redaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogRulesCheckTest {
    private final RecordedRequest model = new RecordedRequest()
            .input("email", DataType.BYTES, Shape.of(1), RecordedRequest.texts("a"))
            .input("age", DataType.INT64, Shape.of(1), RecordedRequest.longs(1))
            .output("score", DataType.FP32, Shape.of(1), RecordedRequest.floats(1));

    private String check() throws ModelLoadException {
        return new LogRulesCheck().check(model.config(), model.signature());
    }

    @Test
    void aModelWithoutRulesHasNothingToCheck() throws ModelLoadException {
        assertThat(check()).isEqualTo("no rules");
    }

    @Test
    void everyKindOfFieldMayHaveARule() throws ModelLoadException {
        model.rule("email", "hash")
                .rule("score", "round 1")
                .rule("client_id", "drop")
                .rule("trace_id", "drop")
                .rule("error", "drop")
                .rule("parameters", "drop")
                .rule("parameters.any", "drop");

        assertThat(check()).isEqualTo("7 rules");
    }

    @Test
    void aMisspeltFieldKeepsTheVersionFromServing() {
        model.rule("emial", "hash").allow("age");

        assertThatExceptionOfType(ModelLoadException.class)
                .isThrownBy(this::check)
                .withMessageContaining(
                        "log.redact names 'emial', which is no field of this version; did you mean 'email'?"
                                + " Its fields are 'email', 'age', 'score', 'client_id', 'trace_id', 'parameters', 'error' and"
                                + " parameters.NAME")
                .satisfies(e -> assertThat(e.step()).isEqualTo("log"));
    }

    @Test
    void aColumnHasANameOnlyWhereFeaturesListIt() throws ModelLoadException {
        RecordedRequest unnamed = new RecordedRequest()
                .input("x", DataType.FP32, Shape.of(1, 2), RecordedRequest.floats(1, 2))
                .rule("income", "drop");
        RecordedRequest named = new RecordedRequest()
                .input("x", DataType.FP32, Shape.of(1, 2), RecordedRequest.floats(1, 2))
                .features("income", "age")
                .rule("income", "drop");

        assertThatExceptionOfType(ModelLoadException.class)
                .isThrownBy(() -> new LogRulesCheck().check(unnamed.config(), unnamed.signature()))
                .withMessageContaining(
                        "log.redact names 'income', which is no field of this version. Its fields are 'x',")
                .withMessageEndingWith(
                        "; columns of 'x' have names only where 'features' in the model's configuration lists"
                                + " them");
        assertThat(new LogRulesCheck().check(named.config(), named.signature())).isEqualTo("1 rule");
    }

    @Test
    void aMisspeltFieldThatIsAllowedIsSaid() throws ModelLoadException {
        model.allow("age", "scroe");

        assertThat(check())
                .isEqualTo("0 rules, 2 fields allowed; log.allow also names what this version does not have: 'scroe'");
        assertThat(RuleRedactor.unknownFields(model.config(), model.signature()))
                .containsExactly(new UnknownField("log.allow", "scroe", Optional.of("score")));
    }
}
