package dev.sluice.canary.inputlog.table;

import dev.sluice.model.DataType;

/**
 * One column of values, and where they come from.
 *
 * <p>Threading: immutable.
 *
 * @param name of the column
 * @param side of the tensor
 * @param tensor its name
 * @param feature which element of a row it holds; {@link #WHOLE_ROW} for all of them
 * @param type of the elements
 * @param list whether it holds several elements a row; else one
 * @param text whether elements of BYTES are all UTF-8; false for other types
 * @param shapeColumn name of the column with the shapes of the lists; empty where their length says it
 */
public record TensorColumn(
        String name,
        Side side,
        String tensor,
        int feature,
        DataType type,
        boolean list,
        boolean text,
        String shapeColumn) {
    /** The column holds all elements of its tensor's row. */
    public static final int WHOLE_ROW = -1;

    /** Whether there is a column with shapes beside it. */
    public boolean hasShape() {
        return !shapeColumn.isEmpty();
    }
}
