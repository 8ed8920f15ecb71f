package dev.sluice.canary.inputlog.parquet;

import dev.sluice.canary.inputlog.table.Cell;
import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.canary.inputlog.table.TableSchema;
import dev.sluice.canary.inputlog.table.TensorColumn;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in the order of {@link ParquetColumns}.
 *
 * <p>Threading: confined to one thread.
 */
final class ParquetRows extends WriteSupport<ParquetRow> {
    private final TableSchema schema;
    private final Map<String, String> metadata;
    private @Nullable RecordConsumer consumer;

    ParquetRows(TableSchema schema, Map<String, String> metadata) {
        this.schema = schema;
        this.metadata = Map.copyOf(metadata);
    }

    @SuppressWarnings("deprecation") // abstract, and never called: the other one is
    @Override
    public WriteContext init(Configuration configuration) {
        return new WriteContext(ParquetColumns.of(schema), metadata);
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(ParquetColumns.of(schema), metadata);
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(ParquetRow row) {
        RecordConsumer to = consumer;
        if (to == null) {
            throw new IllegalStateException("rows come after prepareForWrite");
        }
        to.startMessage();
        int field = 0;
        for (HeadColumn column : schema.head()) {
            Object value = column.value(row.record(), row.row());
            if (value != null) {
                to.startField(column.text(), field);
                head(to, column, value);
                to.endField(column.text(), field);
            }
            field++;
        }
        for (int i = 0; i < schema.tensors().size(); i++) {
            TensorColumn column = schema.tensors().get(i);
            Cell cell = row.cells().get(i);
            if (cell != null) {
                tensor(to, column, cell, field);
            }
            field += column.hasShape() ? 2 : 1;
        }
        to.endMessage();
    }

    private static void head(RecordConsumer to, HeadColumn column, Object value) {
        switch (column.type()) {
            case TEXT -> to.addBinary(Binary.fromString((String) value));
            case UTF8, BYTES -> to.addBinary(Binary.fromConstantByteArray((byte[]) value));
            case INT -> to.addInteger((Integer) value);
            case LONG -> to.addLong((Long) value);
            case DOUBLE -> to.addDouble((Double) value);
            case BOOL -> to.addBoolean((Boolean) value);
            case TIME -> to.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
            case TEXTS -> {
                List<?> texts = (List<?>) value;
                list(to, texts.size(), i -> to.addBinary(Binary.fromString(String.valueOf(texts.get(i)))));
            }
        }
    }

    private static void tensor(RecordConsumer to, TensorColumn column, Cell cell, int field) {
        to.startField(column.name(), field);
        if (column.list()) {
            list(to, cell.count(), i -> element(to, cell, i));
        } else {
            element(to, cell, 0);
        }
        to.endField(column.name(), field);
        if (column.hasShape()) {
            to.startField(column.shapeColumn(), field + 1);
            list(to, cell.shape().rank(), i -> to.addLong(cell.shape().dimension(i)));
            to.endField(column.shapeColumn(), field + 1);
        }
    }

    private static void list(RecordConsumer to, int count, IntConsumer element) {
        to.startGroup();
        if (count > 0) {
            to.startField(ParquetColumns.LIST, 0);
            for (int i = 0; i < count; i++) {
                to.startGroup();
                to.startField(ParquetColumns.ELEMENT, 0);
                element.accept(i);
                to.endField(ParquetColumns.ELEMENT, 0);
                to.endGroup();
            }
            to.endField(ParquetColumns.LIST, 0);
        }
        to.endGroup();
    }

    private static void element(RecordConsumer to, Cell cell, int index) {
        switch (cell.type()) {
            case BOOL -> to.addBoolean(cell.bool(index));
            case INT8, INT16, INT32, UINT8, UINT16, UINT32 -> to.addInteger((int) cell.integer(index));
            case INT64, UINT64 -> to.addLong(cell.integer(index));
            case FP16, BF16, FP32 -> to.addFloat(cell.single(index));
            case FP64 -> to.addDouble(cell.real(index));
            case BYTES -> to.addBinary(Binary.fromConstantByteArray(cell.bytes(index)));
        }
    }
}
