package dev.sluice.canary.inputlog.redaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.Redactor;
import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelSignature;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies each model's rules, {@code log.redact} and {@code log.allow}, to its records.
 *
 * <p>What a rule concerns is written into memory of its own: the record's blocks may still be what an answer is encoded from.
 *
 * <p>Bound: plans are kept for {@value #PLANS_MAX} versions; then all are made again when needed.
 *
 * <p>Threading: thread-safe. A record is changed on the calling thread.
 */
public final class RuleRedactor implements Redactor {
    private static final Logger LOG = LoggerFactory.getLogger(RuleRedactor.class);
    private static final int PLANS_MAX = 1024;

    private final @Nullable ThreadLocal<KeyedHash> hashes;

    /** By the identity of their signatures, which every version has its own; replaced, never changed. */
    private volatile IdentityHashMap<ModelSignature, Planned> plans = new IdentityHashMap<>();

    @GuardedBy("this") private final Set<String> warned = new HashSet<>();

    private record Planned(ModelConfig config, RecordPlan plan) {}

    /**
     * A redactor of all models.
     *
     * @param hashKey key of the hashes, 1 byte or more; without it, what should be hashed is dropped
     */
    public RuleRedactor(Optional<byte[]> hashKey) {
        byte[] key = hashKey.map(byte[]::clone).orElse(null);
        if (key != null && key.length == 0) {
            throw new IllegalArgumentException("the key of the hashes must have at least 1 byte, got 0");
        }
        hashes = key == null ? null : ThreadLocal.withInitial(() -> new KeyedHash(key));
    }

    /** The names in a model's rules that none of its records' fields has, those of {@code log.redact} first. */
    public static List<UnknownField> unknownFields(ModelConfig config, ModelSignature signature) {
        return new LogFields(config, signature).unknownIn(config.monitoring().log());
    }

    @Override
    public InferenceRecord apply(InferenceRecord record) {
        InferenceRecord.Head head = record.head();
        if (!head.config().monitoring().log().redacts()) {
            return record;
        }
        try {
            return new RedactionPass(plan(head), hashes == null ? null : hashes.get()).apply(record);
        } catch (RuntimeException | Error e) {
            record.release();
            throw e;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a configuration that was read again is another
    private RecordPlan plan(InferenceRecord.Head head) {
        Planned planned = plans.get(head.signature());
        return planned != null && planned.config() == head.config() ? planned.plan() : newPlan(head);
    }

    private synchronized RecordPlan newPlan(InferenceRecord.Head head) {
        RecordPlan plan = new RecordPlan(head.config(), head.signature(), hashes != null);
        IdentityHashMap<ModelSignature, Planned> next =
                plans.size() < PLANS_MAX ? new IdentityHashMap<>(plans) : new IdentityHashMap<>();
        next.put(head.signature(), new Planned(head.config(), plan));
        plans = next;
        warnOfMissingKey(head.model().name(), head.config().monitoring().log());
        return plan;
    }

    @GuardedBy("this") private void warnOfMissingKey(String model, LogConfig log) {
        List<String> hashed = RecordPlan.hashed(log);
        if (hashes != null || hashed.isEmpty()) {
            return;
        }
        if (warned.size() >= PLANS_MAX) {
            warned.clear();
        }
        if (warned.add(model)) {
            LOG.warn(
                    "event=log_hash_without_key model={} fields=\"{}\" effect=\"dropped\" hint=\"SLUICE_LOG_KEY holds the"
                            + " key\"",
                    model,
                    String.join(", ", hashed));
        }
    }
}
