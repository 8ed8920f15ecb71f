package dev.sluice.loadtest.proof.feedback;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Every label of the proof, in three parts, and what must come of them.
 *
 * <p>Of the rows, 5 % never get a label and 10 % get theirs in the last part, which is late; the others in the first and second,
 * shuffled. For 5 % the same label comes again, for 3 % another one. For each 50 rows there is a label of no prediction at all, and
 * for each 1,000 one that is sent to another model.
 *
 * <p>Threading: immutable.
 *
 * @param parts what is sent to each server in turn
 * @param foreign labels of this model's predictions that are sent to another model
 * @param expected outcome → labels, of this model
 * @param labelled rows that have a label in the end
 */
record LabelScript(List<List<SentLabel>> parts, List<SentLabel> foreign, Map<String, Long> expected, long labelled) {
    private static final int CLASSES = 3;

    /**
     * Writes it.
     *
     * @param ids of the predictions
     * @param rows of each
     */
    static LabelScript write(List<String> ids, List<Integer> rows, long seed) {
        Random random = new Random(seed);
        List<SentLabel> all = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            for (int row = 0; row < rows.get(i); row++) {
                all.add(new SentLabel(ids.get(i), row, random.nextInt(CLASSES)));
            }
        }
        Collections.shuffle(all, random);
        int count = all.size();
        int never = count / 20;
        int late = count / 10;
        List<SentLabel> inTime = all.subList(never + late, count);
        List<SentLabel> first = new ArrayList<>(inTime.subList(0, inTime.size() / 2));
        List<SentLabel> second = new ArrayList<>(inTime.subList(inTime.size() / 2, inTime.size()));
        List<SentLabel> third = new ArrayList<>(all.subList(never, never + late));
        // Both are of rows that got their label in the first part, so that the order is known whatever is shuffled.
        int again = Math.min(count / 20, first.size() / 3);
        int corrected = Math.min(count * 3 / 100, first.size() / 3);
        List<SentLabel> corrections = new ArrayList<>();
        for (SentLabel label : first.subList(again, again + corrected)) {
            corrections.add(new SentLabel(label.predictionId(), label.row(), label.value() + CLASSES));
        }
        second.addAll(first.subList(0, again / 2));
        third.addAll(first.subList(again / 2, again));
        third.addAll(corrections);
        List<SentLabel> foreign = new ArrayList<>(all.subList(0, Math.max(1, count / 1_000)));
        int orphans = count / 50;
        List<List<SentLabel>> parts = List.of(first, second, third);
        for (int i = 0; i < orphans; i++) {
            byte[] id = new byte[16];
            random.nextBytes(id);
            parts.get(i % parts.size()).add(new SentLabel(HexFormat.of().formatHex(id), 0, 0));
        }
        parts.forEach(part -> Collections.shuffle(part, random));
        Map<String, Long> expected = new TreeMap<>(Map.of(
                "joined", (long) inTime.size(),
                "late", (long) late,
                "duplicate", (long) again,
                "corrected", (long) corrected,
                "orphan", (long) orphans,
                "wrong_model", 0L));
        return new LabelScript(parts, foreign, expected, count - (long) never);
    }
}
