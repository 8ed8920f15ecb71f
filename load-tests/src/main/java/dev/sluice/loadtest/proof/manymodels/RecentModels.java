package dev.sluice.loadtest.proof.manymodels;

/**
 * The models that were asked last, the latest first, each once.
 *
 * <p>Threading: thread-safe; guarded by this.
 */
final class RecentModels {
    private final int[] latestFirst;
    private final int warm;
    private int size;

    /** @param room how many models the server has memory for, about: among half as many a model is warm, beyond twice as many cold */
    RecentModels(int room) {
        warm = Math.max(1, room / 2);
        latestFirst = new int[2 * room];
    }

    /** Notes that a model is asked now, and says what that means for it. */
    synchronized Residency ask(int model) {
        int place = 0;
        while (place < size && latestFirst[place] != model) {
            place++;
        }
        boolean known = place < size;
        int moved = known ? place : Math.min(size, latestFirst.length - 1);
        System.arraycopy(latestFirst, 0, latestFirst, 1, moved);
        latestFirst[0] = model;
        if (!known && size < latestFirst.length) {
            size++;
        }
        if (!known) {
            return Residency.COLD;
        }
        return place < warm ? Residency.WARM : Residency.UNSURE;
    }
}
