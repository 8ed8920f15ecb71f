package dev.sluice.gateway.validation;

import dev.sluice.canary.monitor.validation.RequestValidator;
import dev.sluice.canary.monitor.validation.ValidationCheck;
import dev.sluice.canary.monitor.validation.ValidationCounts;
import dev.sluice.loader.lifecycle.ModelEvent;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The validators of the versions that serve.
 *
 * <p>A validator is made while its version is loaded, and counts from the moment that the version can be borrowed. A version that
 * is loaded once more keeps its old one until then.
 *
 * <p>Bound: one for each version that is loaded, and one for each that is being loaded.
 *
 * <p>Threading: thread-safe; {@link #find} is lock-free.
 */
public final class Validators implements ValidationCheck.Receiver {
    private final Map<ModelKey, Prepared> prepared = new ConcurrentHashMap<>();
    private final Map<ModelKey, RequestValidator> serving = new ConcurrentHashMap<>();

    /** @param signature the very object that the version will have, which tells its loads apart */
    private record Prepared(ModelSignature signature, Optional<RequestValidator> validator) {
        @SuppressWarnings("ReferenceEquality") // equal signatures may be of two loads
        boolean isOf(@Nullable ReadyVersion version) {
            return version != null && version.signature() == signature;
        }
    }

    /** The validator of a version; null when its requests are not looked at. */
    public @Nullable RequestValidator find(ModelKey key) {
        return serving.get(key);
    }

    /** What was found so far, by version. */
    public Map<ModelKey, ValidationCounts> counts() {
        Map<ModelKey, ValidationCounts> counts = new TreeMap<>();
        serving.forEach((key, validator) -> counts.put(key, validator.counts()));
        return counts;
    }

    @Override
    public void compiled(Candidate candidate, Optional<RequestValidator> validator) {
        prepared.put(candidate.files().key(), new Prepared(candidate.signature(), validator));
    }

    /** Versions can be borrowed, or cannot any more; called before any request can be routed to those that are new. */
    public void published(ServingSnapshot snapshot) {
        prepared.forEach((key, made) -> {
            if (made.isOf(snapshot.ready(key))) {
                made.validator().ifPresentOrElse(validator -> serving.put(key, validator), () -> serving.remove(key));
                prepared.remove(key, made);
            } else if (!isLoading(snapshot.status(key))) {
                prepared.remove(key, made);
            }
        });
    }

    private static boolean isLoading(@Nullable VersionStatus status) {
        return status != null && status.state() == ModelState.LOADING;
    }

    /** Something happened to a version; forgets what is closed. */
    public void versionChanged(ModelEvent event, ServingSnapshot snapshot) {
        if (event.state() == ModelState.CLOSED && snapshot.ready(event.key()) == null) {
            serving.remove(event.key());
        }
    }
}
