package dev.sluice.gateway.control;

import java.util.OptionalLong;

/**
 * A label that was moved.
 *
 * <p>Threading: immutable.
 *
 * @param model the model
 * @param label the label
 * @param from the version that carried it before; empty = none
 * @param to the version that carries it now; empty = none
 */
public record LabelChange(String model, String label, OptionalLong from, OptionalLong to) {}
