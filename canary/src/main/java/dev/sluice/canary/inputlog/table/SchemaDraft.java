package dev.sluice.canary.inputlog.table;

import dev.sluice.model.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Columns of a table whose records are still being looked at. One row may be a value where another is a list, and text where
 * another is bytes: then the column can hold both. A tensor whose type changes has a column for each type.
 *
 * <p>Threading: confined to one thread.
 */
final class SchemaDraft {
    private final String model;
    private final int number;
    private final List<String> features;
    private final Map<Key, Facts> columns = new LinkedHashMap<>();

    private record Key(Side side, String tensor, boolean spread, DataType type) {}

    private record Facts(boolean list, boolean shape, boolean text) {
        Facts and(Facts other) {
            return new Facts(list || other.list, shape || other.shape, text && other.text);
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
            for (Key known : columns.keySet()) {
                boolean same = known.side() == part.side()
                        && known.spread() == part.spread()
                        && known.tensor().equals(part.tensor().name());
                if (same && known.type() != part.cell().type()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Takes in a record. */
    void add(RecordLayout layout) {
        for (RecordLayout.Part part : layout.parts()) {
            boolean split = layout.rows() != RecordLayout.NOT_SPLIT;
            boolean list = !part.spread() && (split ? part.rowElements() != 1 : part.rowRank() > 0);
            boolean shape = list && part.rowRank() != 1;
            Facts facts = new Facts(list, shape, isText(part.cell()));
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
            String name = free(key.side().prefix() + key.tensor(), key.type(), taken);
            String shape = facts.shape() ? free(name + "_shape", key.type(), taken) : "";
            made.add(new TensorColumn(
                    name,
                    key.side(),
                    key.tensor(),
                    TensorColumn.WHOLE_ROW,
                    key.type(),
                    facts.list(),
                    facts.text(),
                    shape));
            return;
        }
        for (int i = 0; i < features.size(); i++) {
            String name = free(key.side().prefix() + features.get(i), key.type(), taken);
            made.add(new TensorColumn(name, key.side(), key.tensor(), i, key.type(), false, facts.text(), ""));
        }
    }

    private static String free(String name, DataType type, Set<String> taken) {
        if (taken.add(name)) {
            return name;
        }
        String typed = name + "_" + type.name().toLowerCase(Locale.ROOT);
        String free = typed;
        for (int i = 2; !taken.add(free); i++) {
            free = typed + "_" + i;
        }
        return free;
    }

    private static Key key(RecordLayout.Part part) {
        return new Key(
                part.side(), part.tensor().name(), part.spread(), part.cell().type());
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
