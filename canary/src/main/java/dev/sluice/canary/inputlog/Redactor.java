package dev.sluice.canary.inputlog;

/**
 * Takes out of records what must not be kept, before anything else is done with them.
 *
 * <p>Threading: called on the channels' threads; implementations are thread-safe.
 */
@FunctionalInterface
public interface Redactor {
    /**
     * The record as it may be kept.
     *
     * @param record its reference passes to this method, whatever happens
     * @return carries one reference; the same record where nothing had to be changed
     */
    InferenceRecord apply(InferenceRecord record);
}
