package dev.sluice.loadtest.proof.speed;

/**
 * What a server says about batching a model.
 *
 * <p>Threading: immutable.
 *
 * @param verdict one word, empty where the server has none
 * @param reason a sentence
 */
record BatchingWords(String verdict, String reason) {
    /** True when the server has seen that rows change each other's answers, and so does not batch. */
    boolean isRefused() {
        return verdict.isEmpty()
                ? reason.startsWith("not batched (row answers change")
                : verdict.equals("not-batchable");
    }
}
