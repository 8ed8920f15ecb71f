package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that takes the rows of one table.
 *
 * <p>Threading: confined to one thread; blocks.
 */
public interface TableFile extends Closeable {
    /**
     * Writes one row.
     *
     * @param row its number in the request, -1 where the request was not taken apart
     * @param cells for each of the schema's tensors, in that order; null where the record does not have it
     */
    void row(LoggedRecord record, int row, List<@Nullable Cell> cells) throws IOException;

    /** Completes the file; without this it is no readable file. */
    @Override
    void close() throws IOException;

    /** Makes files of one format. */
    interface Format {
        /** What their names end with, without the dot. */
        String extension();

        /**
         * Begins a file, which only the user may read.
         *
         * @param metadata goes into the file where its format has a place for it
         * @throws IOException if it exists or cannot be written
         */
        TableFile create(Path path, TableSchema schema, Map<String, String> metadata) throws IOException;
    }
}
