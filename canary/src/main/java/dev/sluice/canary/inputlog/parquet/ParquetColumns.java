package dev.sluice.canary.inputlog.parquet;

import dev.sluice.canary.inputlog.table.HeadColumn;
import dev.sluice.canary.inputlog.table.TableSchema;
import dev.sluice.canary.inputlog.table.TensorColumn;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The columns of a table as Parquet knows them.
 *
 * <p>Threading: stateless.
 *
 * @see "apache/parquet-format, LogicalTypes.md; lists in their three-level form"
 */
final class ParquetColumns {
    static final String LIST = "list";
    static final String ELEMENT = "element";

    private ParquetColumns() {}

    static MessageType of(TableSchema schema) {
        Types.MessageTypeBuilder message = Types.buildMessage();
        for (HeadColumn column : schema.head()) {
            message.addField(head(column));
        }
        for (TensorColumn column : schema.tensors()) {
            message.addField(tensor(column));
            if (column.hasShape()) {
                Type element = Types.required(PrimitiveTypeName.INT64).named(ELEMENT);
                message.addField(list(Repetition.OPTIONAL, element, column.shapeColumn()));
            }
        }
        return message.named("sluice_input_log");
    }

    private static Type head(HeadColumn column) {
        Repetition repetition = column.optional() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return switch (column.type()) {
            case TEXT, UTF8 -> text(repetition, column.text());
            case TEXTS -> list(repetition, text(Repetition.REQUIRED, ELEMENT), column.text());
            case BYTES -> primitive(PrimitiveTypeName.BINARY, repetition, column.text());
            case INT -> primitive(PrimitiveTypeName.INT32, repetition, column.text());
            case LONG -> primitive(PrimitiveTypeName.INT64, repetition, column.text());
            case DOUBLE -> primitive(PrimitiveTypeName.DOUBLE, repetition, column.text());
            case BOOL -> primitive(PrimitiveTypeName.BOOLEAN, repetition, column.text());
            case TIME ->
                Types.primitive(PrimitiveTypeName.INT64, repetition)
                        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                        .named(column.text());
        };
    }

    private static Type tensor(TensorColumn column) {
        return column.list()
                ? list(Repetition.OPTIONAL, element(column, Repetition.REQUIRED, ELEMENT), column.name())
                : element(column, Repetition.OPTIONAL, column.name());
    }

    private static Type element(TensorColumn column, Repetition repetition, String name) {
        return switch (column.type()) {
            case BOOL -> primitive(PrimitiveTypeName.BOOLEAN, repetition, name);
            case INT8 -> integer(PrimitiveTypeName.INT32, 8, true, repetition, name);
            case INT16 -> integer(PrimitiveTypeName.INT32, 16, true, repetition, name);
            case INT32 -> integer(PrimitiveTypeName.INT32, 32, true, repetition, name);
            case INT64 -> integer(PrimitiveTypeName.INT64, 64, true, repetition, name);
            case UINT8 -> integer(PrimitiveTypeName.INT32, 8, false, repetition, name);
            case UINT16 -> integer(PrimitiveTypeName.INT32, 16, false, repetition, name);
            case UINT32 -> integer(PrimitiveTypeName.INT32, 32, false, repetition, name);
            case UINT64 -> integer(PrimitiveTypeName.INT64, 64, false, repetition, name);
            case FP16, BF16, FP32 -> primitive(PrimitiveTypeName.FLOAT, repetition, name);
            case FP64 -> primitive(PrimitiveTypeName.DOUBLE, repetition, name);
            case BYTES ->
                column.text() ? text(repetition, name) : primitive(PrimitiveTypeName.BINARY, repetition, name);
        };
    }

    private static Type primitive(PrimitiveTypeName type, Repetition repetition, String name) {
        return Types.primitive(type, repetition).named(name);
    }

    private static Type integer(PrimitiveTypeName type, int bits, boolean signed, Repetition repetition, String name) {
        return Types.primitive(type, repetition)
                .as(LogicalTypeAnnotation.intType(bits, signed))
                .named(name);
    }

    private static Type text(Repetition repetition, String name) {
        return Types.primitive(PrimitiveTypeName.BINARY, repetition)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
    }

    private static Type list(Repetition repetition, Type element, String name) {
        return Types.list(repetition).element(element).named(name);
    }
}
