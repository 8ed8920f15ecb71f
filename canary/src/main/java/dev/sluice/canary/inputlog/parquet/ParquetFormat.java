package dev.sluice.canary.inputlog.parquet;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import dev.sluice.canary.inputlog.table.Cell;
import dev.sluice.canary.inputlog.table.PrivateFiles;
import dev.sluice.canary.inputlog.table.TableFile;
import dev.sluice.canary.inputlog.table.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * Tables as Parquet files: format version 1 pages, dictionaries, GZIP.
 *
 * <p>Threading: stateless; the files are confined to one thread.
 */
public final class ParquetFormat implements TableFile.Format {
    /** Most memory of the rows that one file collects before it writes them. */
    private static final long GROUP_BYTES = 32L << 20;

    @Override
    public String extension() {
        return "parquet";
    }

    @Override
    public TableFile create(Path path, TableSchema schema, Map<String, String> metadata) throws IOException {
        PrivateFiles.create(path);
        return create(new LocalOutputFile(path), schema, metadata);
    }

    /**
     * Begins a file.
     *
     * @param to stays open
     */
    TableFile create(OutputStream to, TableSchema schema, Map<String, String> metadata) throws IOException {
        return create(new StreamOutputFile(to), schema, metadata);
    }

    private static TableFile create(OutputFile file, TableSchema schema, Map<String, String> metadata)
            throws IOException {
        return new ParquetFile(new Builder(file, schema, metadata)
                .withConf(new PlainParquetConfiguration())
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withCodecFactory(new GzipCodec())
                .withCompressionCodec(CompressionCodecName.GZIP)
                .withRowGroupSize(GROUP_BYTES)
                .build());
    }

    private record ParquetFile(ParquetWriter<ParquetRow> writer) implements TableFile {
        @Override
        public void row(LoggedRecord record, int row, List<@Nullable Cell> cells) throws IOException {
            writer.write(new ParquetRow(record, row, cells));
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }

    private static final class Builder extends ParquetWriter.Builder<ParquetRow, Builder> {
        private final TableSchema schema;
        private final Map<String, String> metadata;

        Builder(OutputFile file, TableSchema schema, Map<String, String> metadata) {
            super(file);
            this.schema = schema;
            this.metadata = metadata;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @SuppressWarnings("deprecation") // abstract, and never called: the other one is
        @Override
        protected WriteSupport<ParquetRow> getWriteSupport(Configuration configuration) {
            return new ParquetRows(schema, metadata);
        }

        @Override
        protected WriteSupport<ParquetRow> getWriteSupport(ParquetConfiguration configuration) {
            return new ParquetRows(schema, metadata);
        }
    }
}
