package dev.sluice.loadtest.proof;

/**
 * What the rule found for one kind of memory.
 *
 * <p>Threading: immutable.
 *
 * @param name for example {@code resident}
 * @param judged false when there were too few points to say anything; then it counts as flat
 * @param medianBytes middle of the points that were looked at
 * @param growthBytes robust slope times the length of the run; negative when memory shrinks
 * @param limitBytes most growth that counts as flat
 * @param points how many points were looked at
 */
record Flatness(String name, boolean judged, double medianBytes, double growthBytes, double limitBytes, int points) {

    boolean isFlat() {
        return !judged || growthBytes <= limitBytes;
    }

    static Flatness notJudged(String name, int points) {
        return new Flatness(name, false, 0, 0, 0, points);
    }
}
