package dev.sluice.canary.inputlog.parquet;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.Cell;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes into one row.
 *
 * <p>Threading: confined to one thread, like its cells.
 */
record ParquetRow(LoggedRecord record, int row, List<@Nullable Cell> cells) {}
