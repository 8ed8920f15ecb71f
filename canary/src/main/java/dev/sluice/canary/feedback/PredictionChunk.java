package dev.sluice.canary.feedback;

import dev.sluice.model.ModelKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some predictions that came one after the other, as one value of the database.
 *
 * <p>One statement then writes many predictions, and what they share is written once:
 *
 * <pre>
 * format (1 byte, {@value #FORMAT}) | sources | for each: model, version, arm, layout of outputs
 * time of the first (8 bytes) | predictions | for each:
 *   bytes that follow | flags (1 byte: {@value #BINARY_ID} = id is 16 bytes, {@value #PROBABILITY} = probability is there)
 *   | id | source | time after the first | [probability, 8 bytes] | rows | outputs
 * </pre>
 *
 * <p>Numbers without a size and texts are those of {@link ByteCursor}.
 *
 * <p>Threading: immutable.
 */
final class PredictionChunk {
    /** Grows when the layout changes; older ones go on being read. */
    static final int FORMAT = 1;

    /** Most predictions in one. A look-up reads a whole chunk, so that more would be slower to find and not faster to write. */
    static final int PREDICTIONS_MAX = 64;

    private static final int BINARY_ID = 1;
    private static final int PROBABILITY = 2;
    private static final int BINARY_ID_BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    private PredictionChunk() {}

    private record Source(ModelKey model, String arm, String layout) {}

    /** A prediction and the number of its first row within the chunk. */
    record Entry(int firstRow, Prediction prediction) {}

    /** The bytes of these, at most {@value #PREDICTIONS_MAX}. */
    static byte[] encode(List<Prediction> predictions) {
        Map<Source, Integer> sources = new LinkedHashMap<>();
        for (Prediction prediction : predictions) {
            sources.putIfAbsent(source(prediction), sources.size());
        }
        ByteCursor out = new ByteCursor();
        out.putByte(FORMAT);
        out.putNumber(sources.size());
        for (Source source : sources.keySet()) {
            out.putText(source.model().name());
            out.putNumber(source.model().version());
            out.putText(source.arm());
            out.putText(source.layout());
        }
        long base = predictions.get(0).atMillis();
        out.putLong(base);
        out.putNumber(predictions.size());
        for (Prediction prediction : predictions) {
            Integer source = sources.get(source(prediction));
            byte[] entry = entry(prediction, source == null ? 0 : source, base);
            out.putNumber(entry.length);
            out.putBytes(entry);
        }
        return out.written();
    }

    private static Source source(Prediction prediction) {
        return new Source(
                prediction.model(), prediction.arm(), prediction.outputs().layout());
    }

    private static byte[] entry(Prediction prediction, int source, long base) {
        ByteCursor out = new ByteCursor();
        boolean binary = isBinary(prediction.id());
        boolean certain = prediction.probability() == 1;
        out.putByte((binary ? BINARY_ID : 0) | (certain ? 0 : PROBABILITY));
        if (binary) {
            out.putBytes(HEX.parseHex(prediction.id()));
        } else {
            out.putText(prediction.id());
        }
        out.putNumber(source);
        out.putSigned(prediction.atMillis() - base);
        if (!certain) {
            out.putLong(Double.doubleToLongBits(prediction.probability()));
        }
        out.putNumber(prediction.rows());
        out.putBytes(prediction.outputs().bytes());
        return out.written();
    }

    /** Whether it is 32 hexadecimal digits in lower case. */
    private static boolean isBinary(String id) {
        if (id.length() != 2 * BINARY_ID_BYTES) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /**
     * The predictions of a chunk.
     *
     * @throws IllegalArgumentException if the bytes are of a format that is not known
     */
    static List<Entry> decode(byte[] bytes) {
        ByteCursor in = new ByteCursor(bytes);
        List<Source> sources = sources(in);
        long base = in.getLong();
        int count = (int) in.getNumber();
        List<Entry> entries = new ArrayList<>(count);
        int row = 0;
        for (int i = 0; i < count; i++) {
            int length = (int) in.getNumber();
            Prediction prediction = prediction(in, in.at() + length, sources, base);
            entries.add(new Entry(row, prediction));
            row += prediction.rows();
        }
        return entries;
    }

    /**
     * The prediction whose first row has that number within the chunk; null when there is none.
     *
     * @throws IllegalArgumentException if the bytes are of a format that is not known
     */
    static @Nullable Prediction find(byte[] bytes, long firstRow) {
        ByteCursor in = new ByteCursor(bytes);
        List<Source> sources = sources(in);
        long base = in.getLong();
        int count = (int) in.getNumber();
        long row = 0;
        for (int i = 0; i < count && row <= firstRow; i++) {
            int length = (int) in.getNumber();
            int end = in.at() + length;
            if (row == firstRow) {
                return prediction(in, end, sources, base);
            }
            row += rows(in);
            in.moveTo(end);
        }
        return null;
    }

    private static List<Source> sources(ByteCursor in) {
        int format = in.getByte();
        if (format != FORMAT) {
            throw new IllegalArgumentException("predictions must be of format " + FORMAT + ", got " + format);
        }
        int count = (int) in.getNumber();
        List<Source> sources = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sources.add(new Source(new ModelKey(in.getText(), in.getNumber()), in.getText(), in.getText()));
        }
        return sources;
    }

    /** The rows of the prediction that begins here; the rest of it is passed over. */
    private static long rows(ByteCursor in) {
        int flags = in.getByte();
        in.skip((flags & BINARY_ID) != 0 ? BINARY_ID_BYTES : (int) in.getNumber());
        in.getNumber();
        in.getSigned();
        in.skip((flags & PROBABILITY) != 0 ? Long.BYTES : 0);
        return in.getNumber();
    }

    private static Prediction prediction(ByteCursor in, int end, List<Source> sources, long base) {
        int flags = in.getByte();
        String id = (flags & BINARY_ID) != 0 ? HEX.formatHex(in.getBytes(BINARY_ID_BYTES)) : in.getText();
        Source source = sources.get((int) in.getNumber());
        long at = base + in.getSigned();
        double probability = (flags & PROBABILITY) != 0 ? Double.longBitsToDouble(in.getLong()) : 1;
        int rows = (int) in.getNumber();
        byte[] outputs = in.getBytes(end - in.at());
        in.moveTo(end);
        return new Prediction(
                id,
                source.model(),
                source.arm(),
                at,
                probability,
                rows,
                new PredictionOutputs(source.layout(), outputs));
    }
}
