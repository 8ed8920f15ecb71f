package dev.sluice.gateway.validation;

import static dev.sluice.gateway.validation.ValidatedModel.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.monitor.validation.RequestValidator;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ValidationConfig.Policy;
import dev.sluice.model.ModelSignature;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValidatorsTest {
    private final ValidatedModel model = new ValidatedModel(Policy.FLAG);
    private final Validators validators = model.validators;

    @AfterEach
    void close() {
        model.close();
    }

    private static ModelSignature copy(ModelSignature signature) {
        return new ModelSignature(signature.platform(), signature.inputs(), signature.outputs(), signature.labels());
    }

    private void closed(ServingSnapshot snapshot) {
        validators.versionChanged(new ModelEvent(KEY, ModelState.CLOSED, "", Instant.EPOCH), snapshot);
    }

    @Test
    void aValidatorCountsOnceItsVersionIsThere() {
        model.load();
        model.check();
        assertThat(validators.find(KEY)).isNull();

        model.publish();

        assertThat(validators.find(KEY)).isNotNull();
        assertThat(validators.counts()).containsOnlyKeys(KEY);
    }

    @Test
    void theOldOneStaysWhileTheVersionIsLoadedOnceMore() {
        model.load();
        model.check();
        model.publish();
        RequestValidator old = validators.find(KEY);

        model.check(copy(model.ready().signature()), ValidatedModel.config(Policy.REJECT));
        model.publish();

        assertThat(validators.find(KEY)).isSameAs(old);
    }

    @Test
    void aVersionThatIsNotLookedAtAnyMoreLosesItsValidator() {
        model.load();
        model.check();
        model.publish();

        model.check(model.ready().signature(), ValidatedModel.config(Policy.OFF));
        model.publish();

        assertThat(validators.find(KEY)).isNull();
    }

    @Test
    void aValidatorWhoseVersionFailedIsForgotten() {
        model.load();
        ModelSignature signature = model.ready().signature();
        model.check(copy(signature), ValidatedModel.config(Policy.REJECT));
        model.publish();

        model.publish();

        assertThat(validators.find(KEY)).isNull();
        assertThat(validators.counts()).isEmpty();
    }

    @Test
    void itGoesWithItsVersion() {
        model.load();
        model.check();
        model.publish();
        ServingSnapshot serving = model.fixture.manager.snapshot();
        closed(serving);
        assertThat(validators.find(KEY)).as("another load of it serves").isNotNull();

        model.fixture.reconcile();
        closed(model.fixture.manager.snapshot());

        assertThat(validators.find(KEY)).isNull();
        assertThat(validators.counts()).isEmpty();
    }
}
