package dev.sluice.canary.monitor.validation;

import dev.sluice.canary.monitor.profile.FeatureOrder;
import dev.sluice.canary.monitor.profile.ProfileException;
import dev.sluice.canary.monitor.profile.ProfileReader;
import dev.sluice.canary.monitor.profile.ReferenceProfile;
import dev.sluice.loader.repository.ValidationConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.VersionCheck;
import java.util.Optional;

/**
 * The step {@code validation} of the gate before serving: what is said about the values of features fits the model. Belongs
 * after the step {@code features}, which holds the profile to the model.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
public final class ValidationCheck implements VersionCheck {
    private static final String STEP = "validation";

    private final Receiver receiver;

    /** Gets the validators of versions that may come to serve. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * A version has passed this step; steps after it may still refuse it.
         *
         * @param validator of its requests; empty when they are not looked at
         */
        void compiled(Candidate candidate, Optional<RequestValidator> validator);
    }

    public ValidationCheck(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(Candidate candidate) throws ModelLoadException {
        ValidationSchema schema;
        try {
            Optional<FeatureOrder> profiled =
                    ProfileReader.readIn(candidate.files().folder()).map(ReferenceProfile::order);
            schema = SchemaCompiler.compile(candidate.signature(), candidate.config(), profiled);
        } catch (ProfileException | SchemaException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        }
        boolean off = schema.policy() == ValidationConfig.Policy.OFF;
        receiver.compiled(candidate, off ? Optional.empty() : Optional.of(new RequestValidator(schema)));
        return off ? "off" : schema.declaredCount() + " of " + schema.rules().size() + " features have a domain";
    }
}
