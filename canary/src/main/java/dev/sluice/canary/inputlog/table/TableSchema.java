package dev.sluice.canary.inputlog.table;

import java.util.List;

/**
 * The columns of one table: those of every record, and those of tensors.
 *
 * <p>Threading: immutable.
 *
 * @param model whose records it holds; empty for those of all
 * @param number of this schema among those of the model, from 1 on
 * @param head columns of every record
 * @param tensors columns of values, inputs first
 */
public record TableSchema(String model, int number, List<HeadColumn> head, List<TensorColumn> tensors) {
    /** Of the tables, as it stands in their metadata. */
    public static final int SCHEMA = 1;

    public TableSchema {
        head = List.copyOf(head);
        tensors = List.copyOf(tensors);
    }
}
