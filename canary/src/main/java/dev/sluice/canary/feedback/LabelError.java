package dev.sluice.canary.feedback;

/**
 * Why an item of a request is no label.
 *
 * <p>Threading: immutable.
 *
 * @param index of the item, from 0
 * @param message names the field, what was expected and what came
 */
public record LabelError(int index, String message) {}
