package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Tables as comma-separated values: a line of names first, fields in quotes where they need them, lines that end with CR LF.
 *
 * <p>What is absent is empty; a text without characters is {@code ""}. Lists are {@code [1,2,3]}, of texts as JSON strings.
 * Bytes that are no UTF-8 are Base64.
 *
 * <p>Threading: stateless; the files are confined to one thread.
 *
 * @see "RFC 4180"
 */
public final class CsvFormat implements TableFile.Format {
    @Override
    public String extension() {
        return "csv";
    }

    @Override
    public TableFile create(Path path, TableSchema schema, Map<String, String> metadata) throws IOException {
        Writer writer = Files.newBufferedWriter(PrivateFiles.create(path), StandardCharsets.UTF_8);
        try {
            CsvFile file = new CsvFile(writer, schema);
            file.names();
            return file;
        } catch (IOException e) {
            writer.close();
            throw e;
        }
    }

    private record CsvFile(Writer writer, TableSchema schema) implements TableFile {
        void names() throws IOException {
            List<String> names = new ArrayList<>();
            schema.head().forEach(column -> names.add(quoted(column.text())));
            for (TensorColumn column : schema.tensors()) {
                names.add(quoted(column.name()));
                if (column.hasShape()) {
                    names.add(quoted(column.shapeColumn()));
                }
            }
            writer.write(String.join(",", names) + "\r\n");
        }

        @Override
        public void row(LoggedRecord record, int row, List<@Nullable Cell> cells) throws IOException {
            StringJoiner line = new StringJoiner(",", "", "\r\n");
            for (HeadColumn column : schema.head()) {
                line.add(head(column.value(record, row)));
            }
            for (int i = 0; i < cells.size(); i++) {
                TensorColumn column = schema.tensors().get(i);
                Cell cell = cells.get(i);
                line.add(cell == null ? "" : CsvFormat.cell(column, cell));
                if (column.hasShape()) {
                    line.add(cell == null ? "" : quoted(cell.shape().toString().replace(" ", "")));
                }
            }
            writer.write(line.toString());
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }

    private static String head(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof List<?> texts) {
            StringJoiner list = new StringJoiner(",", "[", "]");
            texts.forEach(text -> list.add(jsonText(String.valueOf(text))));
            return quoted(list.toString());
        }
        return quoted(value.toString());
    }

    private static String cell(TensorColumn column, Cell cell) {
        if (!column.list()) {
            return quoted(element(column, cell, 0));
        }
        StringJoiner list = new StringJoiner(",", "[", "]");
        for (int i = 0; i < cell.count(); i++) {
            String element = element(column, cell, i);
            list.add(cell.type().hasFixedSize() ? element : jsonText(element));
        }
        return quoted(list.toString());
    }

    private static String element(TensorColumn column, Cell cell, int index) {
        return switch (cell.type()) {
            case BOOL -> Boolean.toString(cell.bool(index));
            case UINT64 -> Long.toUnsignedString(cell.integer(index));
            case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> Long.toString(cell.integer(index));
            case FP16, BF16, FP32 -> Float.toString(cell.single(index));
            case FP64 -> Double.toString(cell.real(index));
            case BYTES ->
                column.text()
                        ? new String(cell.bytes(index), StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(cell.bytes(index));
        };
    }

    private static String quoted(String text) {
        boolean plain = !text.isEmpty()
                && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n' || c == ' ');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String jsonText(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }
}
