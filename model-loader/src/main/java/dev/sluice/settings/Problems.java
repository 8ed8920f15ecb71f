package dev.sluice.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All mistakes found while settings are read, so that an operator sees them together.
 *
 * <p>Bound: {@value #MAX} are kept, further ones only counted; one last line says how many.
 *
 * <p>Threading: confined to the thread that reads.
 */
public final class Problems {
    private static final int MAX = 200;

    private final List<SettingsProblem> kept = new ArrayList<>();
    private int dropped;

    public void add(Place place, String key, String message) {
        if (kept.size() < MAX) {
            kept.add(new SettingsProblem(place, key, message));
        } else {
            dropped++;
        }
    }

    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** The problems by source in the order in which sources first appeared, and by line within a source. */
    public List<SettingsProblem> list() {
        Map<String, List<SettingsProblem>> bySource = new LinkedHashMap<>();
        for (SettingsProblem problem : kept) {
            bySource.computeIfAbsent(problem.place().source(), source -> new ArrayList<>())
                    .add(problem);
        }
        List<SettingsProblem> sorted = new ArrayList<>(kept.size());
        for (List<SettingsProblem> ofSource : bySource.values()) {
            ofSource.sort(Comparator.comparingInt(problem -> problem.place().line()));
            sorted.addAll(ofSource);
        }
        return List.copyOf(sorted);
    }

    /** One line a problem, as {@link #list} orders them. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (SettingsProblem problem : list()) {
            lines.add(problem.toString());
        }
        if (dropped > 0) {
            lines.add("and " + dropped + " more problems");
        }
        return List.copyOf(lines);
    }
}
