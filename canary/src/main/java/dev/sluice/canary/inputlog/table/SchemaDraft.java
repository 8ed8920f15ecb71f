package dev.sluice.canary.inputlog.table;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Columns of a table whose records are still being looked at. Records whose tensors have the same names have the same types;
 * one row may be a value where another is a list, and text where another is bytes: then the column can hold both.
 *
 * <p>Threading: confined to one thread.
 */
final class SchemaDraft {
    private final String model;
    private final int number;
    private final List<String> features;
    private final Map<Key, Facts> columns = new LinkedHashMap<>();

    private record Key(Side side, String tensor, boolean spread) {}

    private record Facts(DataType type, boolean list, boolean shape, boolean text) {
        Facts and(Facts other) {
            return new Facts(type, list || other.list, shape || other.shape, text && other.text);
        }
    }

    SchemaDraft(String model, int number, List<String> features) {
        this.model = model;
        this.number = number;
        this.features = features;
    }

    String model() {
        return model;
    }

    /** Whether no tensor of a record has another type here. */
    boolean fits(RecordLayout layout) {
        for (RecordLayout.Part part : layout.parts()) {
            Facts known = columns.get(key(part));
            if (known != null && known.type() != part.cell().type()) {
                return false;
            }
        }
        return true;
    }

    /** Takes in a record that {@link #fits}. */
    void add(RecordLayout layout) {
        for (RecordLayout.Part part : layout.parts()) {
            boolean split = layout.rows() != RecordLayout.NOT_SPLIT;
            boolean list = !part.spread() && (split ? part.rowElements() != 1 : part.rowRank() > 0);
            boolean shape = list && part.rowRank() != 1;
            Facts facts = new Facts(part.cell().type(), list, shape, isText(part.cell()));
            columns.merge(key(part), facts, Facts::and);
        }
    }

    /** Whether a column was made for a feature. */
    boolean isSpread() {
        return columns.keySet().stream().anyMatch(Key::spread);
    }

    /** The columns that hold all records so far. */
    TableSchema finish(List<HeadColumn> head) {
        List<TensorColumn> made = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Side side : Side.values()) {
            columns.forEach((key, facts) -> {
                if (key.side() == side) {
                    add(made, taken, key, facts);
                }
            });
        }
        return new TableSchema(model, number, head, made);
    }

    private void add(List<TensorColumn> made, Set<String> taken, Key key, Facts facts) {
        if (!key.spread()) {
            String name = free(key.side().prefix() + key.tensor(), taken);
            String shape = facts.shape() ? free(name + "_shape", taken) : "";
            made.add(new TensorColumn(
                    name,
                    key.side(),
                    key.tensor(),
                    TensorColumn.WHOLE_ROW,
                    facts.type(),
                    facts.list(),
                    facts.text(),
                    shape));
            return;
        }
        for (int i = 0; i < features.size(); i++) {
            String name = free(key.side().prefix() + features.get(i), taken);
            made.add(new TensorColumn(name, key.side(), key.tensor(), i, facts.type(), false, facts.text(), ""));
        }
    }

    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    private static Key key(RecordLayout.Part part) {
        return new Key(part.side(), part.tensor().name(), part.spread());
    }

    private static boolean isText(Cell cell) {
        if (cell.type() != DataType.BYTES) {
            return false;
        }
        for (int i = 0; i < cell.count(); i++) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(cell.bytes(i)));
            } catch (CharacterCodingException e) {
                return false;
            }
        }
        return true;
    }
}
