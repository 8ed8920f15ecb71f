package dev.sluice.loadtest.proof.speed;

import dev.sluice.loadtest.CannotMeasureException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Collects what the rounds find, and makes the table of it.
 *
 * <p>Threading: confined to the main thread.
 */
final class Ledger {
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int WORDS_MAX = 300;

    private final Map<Goal, List<Double>> rounds = new EnumMap<>(Goal.class);
    private final Map<Goal, Double> bounds = new EnumMap<>(Goal.class);
    private final Map<Goal, String> notes = new EnumMap<>(Goal.class);
    private final Map<Goal, String> failures = new EnumMap<>(Goal.class);
    /** Those of the failures for which nothing but the generator or its machine is to blame. */
    private final Set<Goal> busy = EnumSet.noneOf(Goal.class);

    private final Map<Goal, String> elsewhere = new EnumMap<>(Goal.class);
    private final List<Sample> samples = new ArrayList<>();

    /** Adds the value of one round; one that is no number makes the goal not measured. */
    void add(Goal goal, double value) {
        if (!Double.isFinite(value)) {
            fail(goal, "a round gave no number, because nothing was answered or no CPU time passed");
            return;
        }
        rounds.computeIfAbsent(goal, ignored -> new ArrayList<>()).add(value);
    }

    /** The values so far. */
    List<Double> rounds(Goal goal) {
        return List.copyOf(rounds.getOrDefault(goal, List.of()));
    }

    /** Judges the goal by this value instead of the median. */
    void judgeBy(Goal goal, double bound) {
        bounds.put(goal, bound);
    }

    void note(Goal goal, String note) {
        notes.merge(goal, note, (old, more) -> old + "; " + more);
    }

    /** Says why the goal has no value, or none that counts. */
    void fail(Goal goal, CannotMeasureException why) {
        if (why.isMachineBusy() && !failures.containsKey(goal)) {
            busy.add(goal);
        }
        fail(goal, Objects.requireNonNullElse(why.getMessage(), why.toString()));
    }

    /** Says why the goal has no value, or none that counts. */
    void fail(Goal goal, String why) {
        String line = BLANKS.matcher(why.strip()).replaceAll(" ");
        failures.putIfAbsent(goal, line.substring(0, Math.min(line.length(), WORDS_MAX)));
    }

    /** Says which tool measures this goal, when this run was not given its result. */
    void leave(Goal goal, String where) {
        elsewhere.put(goal, where);
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** The rows of the goals that were asked for, in the order of the table. */
    List<GoalResult> results(Set<Goal> asked, boolean timesAreJudged) {
        List<GoalResult> results = new ArrayList<>();
        for (Goal goal : Goal.values()) {
            if (asked.contains(goal)) {
                results.add(result(goal, timesAreJudged));
            }
        }
        return results;
    }

    private GoalResult result(Goal goal, boolean timesAreJudged) {
        String failure = failures.get(goal);
        if (failure != null) {
            return busy.contains(goal) ? GoalResult.machineBusy(goal, failure) : GoalResult.notMeasured(goal, failure);
        }
        String place = elsewhere.get(goal);
        if (place != null) {
            return GoalResult.elsewhere(goal, place);
        }
        if (rounds(goal).isEmpty()) {
            return GoalResult.notMeasured(goal, notes.getOrDefault(goal, "no round was finished"));
        }
        return GoalResult.measured(goal, rounds(goal), bounds.get(goal), timesAreJudged, notes.getOrDefault(goal, ""));
    }
}
