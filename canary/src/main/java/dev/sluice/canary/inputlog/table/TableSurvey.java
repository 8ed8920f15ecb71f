package dev.sluice.canary.inputlog.table;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at records before they are written, to know which tables hold them: one for each model, and another wherever a tensor
 * of the same name has changed its type.
 *
 * <p>Bound: {@value #SCHEMAS_MAX} tables.
 *
 * <p>Threading: confined to one thread.
 */
public final class TableSurvey {
    /** Most tables of one export. */
    public static final int SCHEMAS_MAX = 256;

    private final BodyTensors bodies;
    private final List<String> features;
    private final boolean together;
    private final List<SchemaDraft> drafts = new ArrayList<>();
    private long records;
    private long unreadable;

    /**
     * @param features names of the columns of an only input, which go to columns of their own; empty for none
     */
    public TableSurvey(BodyTensors bodies, List<String> features) {
        this(bodies, features, false);
    }

    private TableSurvey(BodyTensors bodies, List<String> features, boolean together) {
        this.bodies = bodies;
        this.features = List.copyOf(features);
        this.together = together;
    }

    /** Looks for one table that holds the records of all models. */
    public static TableSurvey together(BodyTensors bodies) {
        return new TableSurvey(bodies, List.of(), true);
    }

    /**
     * Looks at one record.
     *
     * @throws IllegalStateException if there are too many tables
     */
    public void add(LoggedRecord record) {
        try (DecodedRecord decoded = DecodedRecord.of(record, bodies, features)) {
            records++;
            unreadable += decoded.isUnreadable() ? 1 : 0;
            int index = indexOf(record.model().name(), decoded.layout());
            if (index < 0) {
                index = begin(together ? "" : record.model().name());
            }
            drafts.get(index).add(decoded.layout());
        }
    }

    private int begin(String model) {
        if (drafts.size() == SCHEMAS_MAX) {
            throw new IllegalStateException("the records need more than " + SCHEMAS_MAX
                    + " tables: their models, or the types of their tensors, differ that often");
        }
        int number = 1
                + (int) drafts.stream()
                        .filter(draft -> draft.model().equals(model))
                        .count();
        drafts.add(new SchemaDraft(model, number, features));
        return drafts.size() - 1;
    }

    /** Which table holds a record; -1 when none does. */
    int indexOf(String model, RecordLayout layout) {
        if (together) {
            return drafts.size() - 1;
        }
        for (int i = 0; i < drafts.size(); i++) {
            if (drafts.get(i).model().equals(model) && drafts.get(i).fits(layout)) {
                return i;
            }
        }
        return -1;
    }

    BodyTensors bodies() {
        return bodies;
    }

    List<String> features() {
        return features;
    }

    /** Records that were looked at. */
    public long records() {
        return records;
    }

    /** Those of which a body is not of the protocol: its tensors are missing. */
    public long unreadable() {
        return unreadable;
    }

    /** Whether the features were found in any record. */
    public boolean isSpread() {
        return drafts.stream().anyMatch(SchemaDraft::isSpread);
    }

    /** The tables. */
    public List<TableSchema> schemas(List<HeadColumn> head) {
        return drafts.stream().map(draft -> draft.finish(head)).toList();
    }
}
