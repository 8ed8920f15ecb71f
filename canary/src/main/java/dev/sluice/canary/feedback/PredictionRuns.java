package dev.sluice.canary.feedback;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Where older predictions are: runs of hashes in order, each written once and in one go.
 *
 * <p>Ids are random, so that an index over all of them would be changed at another place for every prediction; a run is only ever
 * appended. A look-up asks one run after the other, newest first.
 *
 * <p>A run is cut into leaves of {@value #LEAF_ENTRIES} entries or a few more, each of a hash and a row (8 bytes both, big-endian).
 * A leaf's key is the number of its run and, below it, the upper {@value #PREFIX_BITS} bits of its first hash; equal upper bits
 * are never in two leaves.
 *
 * <p>Threading: confined to the store's thread; blocks. Transactions are the caller's.
 */
final class PredictionRuns {
    private static final int PREFIX_BITS = 40;
    private static final int LEAF_ENTRIES = 256;
    private static final int ENTRY_BYTES = 2 * Long.BYTES;
    private static final int LEAVES_REMOVED_MAX = 256;

    private final Connection connection;
    private final PreparedStatement leaf;
    /** Number of a run → the row after its last. */
    private final TreeMap<Integer, Long> ends = new TreeMap<>();

    PredictionRuns(Connection connection) throws SQLException {
        this.connection = connection;
        leaf = connection.prepareStatement(
                "SELECT entries FROM leaf WHERE key <= ? AND key >= ? ORDER BY key DESC LIMIT 1");
        try (PreparedStatement all = connection.prepareStatement("SELECT number, end_row FROM run");
                ResultSet result = all.executeQuery()) {
            while (result.next()) {
                ends.put(result.getInt(1), result.getLong(2));
            }
        }
    }

    /** The row from which on predictions are in no run. */
    long endRow() {
        return ends.isEmpty() ? 1 : ends.lastEntry().getValue();
    }

    /**
     * Writes a run; {@link #added} tells that it was committed.
     *
     * @param endRow the row after its last
     * @return its number
     */
    int write(RecentPredictions.Sorted entries, long endRow) throws SQLException {
        int number = ends.isEmpty() ? 1 : ends.lastKey() + 1;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO leaf VALUES (?, ?)")) {
            int from = 0;
            while (from < entries.count()) {
                int to = leafEnd(entries, from);
                ByteBuffer bytes = ByteBuffer.allocate((to - from) * ENTRY_BYTES);
                for (int i = from; i < to; i++) {
                    bytes.putLong(entries.hash(i)).putLong(entries.row(i));
                }
                insert.setLong(1, key(number, entries.hash(from)));
                insert.setBytes(2, bytes.array());
                insert.executeUpdate();
                from = to;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO run VALUES (?, ?)")) {
            insert.setInt(1, number);
            insert.setLong(2, endRow);
            insert.executeUpdate();
        }
        return number;
    }

    void added(int number, long endRow) {
        ends.put(number, endRow);
    }

    private static int leafEnd(RecentPredictions.Sorted entries, int from) {
        int to = Math.min(from + LEAF_ENTRIES, entries.count());
        while (to < entries.count() && key(0, entries.hash(to)) == key(0, entries.hash(to - 1))) {
            to++;
        }
        return to;
    }

    private static long key(int number, long hash) {
        return ((long) number << PREFIX_BITS) | (hash >>> (Long.SIZE - PREFIX_BITS));
    }

    /** The rows that may be of a prediction with that hash, newest run first, up to {@code oldestRow}. */
    List<Long> find(long hash, long oldestRow) throws SQLException {
        List<Long> rows = new ArrayList<>(1);
        for (var run : ends.descendingMap().entrySet()) {
            if (run.getValue() <= oldestRow) {
                break;
            }
            leaf.setLong(1, key(run.getKey(), hash));
            leaf.setLong(2, key(run.getKey(), 0));
            try (ResultSet result = leaf.executeQuery()) {
                if (result.next()) {
                    collect(ByteBuffer.wrap(result.getBytes(1)), hash, rows);
                }
            }
        }
        return rows;
    }

    private static void collect(ByteBuffer entries, long hash, List<Long> rows) {
        int low = 0;
        int high = entries.capacity() / ENTRY_BYTES;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(entries.getLong(middle * ENTRY_BYTES), hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int at = low * ENTRY_BYTES; at < entries.capacity() && entries.getLong(at) == hash; at += ENTRY_BYTES) {
            rows.add(entries.getLong(at + Long.BYTES));
        }
    }

    /**
     * Removes some leaves of a run whose predictions are all forgotten, and the run with its last ones.
     *
     * @return false when there is no such run
     */
    boolean removeSome(long oldestRow) throws SQLException {
        var oldest = ends.firstEntry();
        if (oldest == null || oldest.getValue() > oldestRow) {
            return false;
        }
        int number = oldest.getKey();
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM leaf WHERE key IN (SELECT key FROM leaf WHERE key >= ? AND key < ? LIMIT ?)")) {
            delete.setLong(1, key(number, 0));
            delete.setLong(2, key(number + 1, 0));
            delete.setInt(3, LEAVES_REMOVED_MAX);
            if (delete.executeUpdate() > 0) {
                return true;
            }
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM run WHERE number = ?")) {
            delete.setInt(1, number);
            delete.executeUpdate();
        }
        // Should this not be committed, its leaves are gone all the same, and it is removed after the next start.
        ends.remove(number);
        return true;
    }
}
