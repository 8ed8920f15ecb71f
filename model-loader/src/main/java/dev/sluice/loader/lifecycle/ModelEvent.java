package dev.sluice.loader.lifecycle;

import dev.sluice.model.ModelKey;
import java.time.Instant;

/**
 * A version has reached a state.
 *
 * <p>Threading: immutable.
 *
 * @param key the version
 * @param state which state
 * @param reason why; empty where the state speaks for itself
 * @param at when
 */
public record ModelEvent(ModelKey key, ModelState state, String reason, Instant at) {}
