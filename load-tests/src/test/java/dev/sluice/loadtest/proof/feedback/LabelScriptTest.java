package dev.sluice.loadtest.proof.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelScriptTest {
    private final List<String> ids = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();

    LabelScriptTest() {
        for (int i = 0; i < 1_000; i++) {
            ids.add("id" + i);
            rows.add(1 + i % 7);
        }
    }

    @Test
    void expectsWhatAStoreWouldCount() {
        LabelScript script = LabelScript.write(ids, rows, 5);

        Map<String, Long> counts = new TreeMap<>(Map.of("wrong_model", 0L));
        Map<String, Integer> known = new HashMap<>();
        Set<String> all = new HashSet<>(ids);
        for (int part = 0; part < 3; part++) {
            for (SentLabel label : script.parts().get(part)) {
                String row = label.predictionId() + "#" + label.row();
                Integer before = known.put(row, label.value());
                String outcome;
                if (!all.contains(label.predictionId())) {
                    outcome = "orphan";
                } else if (before == null) {
                    outcome = part == 2 ? "late" : "joined";
                } else {
                    outcome = before == label.value() ? "duplicate" : "corrected";
                }
                counts.merge(outcome, 1L, Long::sum);
            }
        }
        assertThat(script.expected()).isEqualTo(counts);
        assertThat(script.labelled()).isEqualTo(counts.getOrDefault("joined", 0L) + counts.getOrDefault("late", 0L));
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(LabelScript.write(ids, rows, 5)).isEqualTo(LabelScript.write(ids, rows, 5));
        assertThat(LabelScript.write(ids, rows, 5)).isNotEqualTo(LabelScript.write(ids, rows, 6));
    }
}
