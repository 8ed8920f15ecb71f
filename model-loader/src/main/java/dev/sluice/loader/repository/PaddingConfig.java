package dev.sluice.loader.repository;

import java.util.Map;

/**
 * What an operator says about padding rows to a common length; what is used is proved at load.
 *
 * <p>Threading: immutable.
 *
 * @param allowed false to let only rows of equal shapes share a run
 * @param mask the input that is 1 at a row's own elements and 0 where it is padded; empty = {@value #MASK_BY_CONVENTION}
 *     where the model has such an input
 * @param values input → what it is padded with; 0 where nothing is given
 */
public record PaddingConfig(boolean allowed, String mask, Map<String, Double> values) {
    /** The name under which exporters of transformers publish the mask: the model's own declaration. */
    public static final String MASK_BY_CONVENTION = "attention_mask";

    /** Where the model declares a mask by its conventional name. */
    public static final PaddingConfig AUTO = new PaddingConfig(true, "", Map.of());

    /** Never. */
    public static final PaddingConfig OFF = new PaddingConfig(false, "", Map.of());

    public PaddingConfig {
        values = Map.copyOf(values);
    }

    /** True when the operator has named a mask or a value, and so expects padding. */
    public boolean isDeclared() {
        return !mask.isEmpty() || !values.isEmpty();
    }
}
