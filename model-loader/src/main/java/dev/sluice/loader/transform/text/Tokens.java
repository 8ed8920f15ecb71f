package dev.sluice.loader.transform.text;

/**
 * The tokens of one text.
 *
 * <p>Threading: immutable; nobody writes to the arrays, which are the receiver's.
 *
 * @param ids of each token
 * @param typeIds which of the texts each belongs to; as many as there are ids
 */
@SuppressWarnings("ArrayRecordComponent") // made for every text, read once
public record Tokens(long[] ids, long[] typeIds) {
    /** How many tokens there are. */
    public int length() {
        return ids.length;
    }
}
