package dev.sluice.loader.runtime.onnx;

import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * BYTES tensors as the runtime's Java binding takes and returns them: one {@link String} an element.
 *
 * <pre>
 *   +--------------------+----------------+--------------------+---- ...
 *   | u32 LE length      | UTF-8 bytes    | u32 LE length      |
 *   +--------------------+----------------+--------------------+---- ...
 * </pre>
 *
 * <p>Threading: stateless.
 */
final class TextCodec {
    private static final int LENGTH_BYTES = 4;

    private TextCodec() {}

    /**
     * Reads the elements in row-major order.
     *
     * @param characterOperators whether operators of the model look at characters; see {@link ModifiedUtf8Constants}
     * @throws InferenceException with INVALID_INPUT for text that is not UTF-8, or that those operators would misread
     */
    static String[] decode(Tensor tensor, boolean characterOperators) {
        ByteBuffer data = tensor.data();
        String[] texts = new String[Math.toIntExact(tensor.shape().elementCount())];
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        for (int i = 0; i < texts.length; i++) {
            if (data.remaining() < LENGTH_BYTES) {
                throw invalid(tensor, "shape " + tensor.shape() + " takes " + texts.length + " elements, got " + i);
            }
            long length = Integer.toUnsignedLong(data.getInt());
            if (length > data.remaining()) {
                throw invalid(
                        tensor,
                        "element " + i + " should have " + length + " bytes, only " + data.remaining() + " are left");
            }
            ByteBuffer bytes = data.slice(data.position(), (int) length);
            data.position(data.position() + (int) length);
            try {
                texts[i] = decoder.decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw invalid(tensor, "element " + i + " is not UTF-8 text");
            }
            if (characterOperators) {
                requireBasicCharacters(tensor, i, texts[i]);
            }
        }
        if (data.hasRemaining()) {
            throw invalid(
                    tensor,
                    "shape " + tensor.shape() + " takes " + texts.length + " elements, but " + data.remaining()
                            + " bytes follow them");
        }
        return texts;
    }

    /** The elements' UTF-8 bytes, without lengths; an unpaired surrogate becomes a question mark. */
    static List<byte[]> encode(String[] texts) {
        List<byte[]> encoded = new ArrayList<>(texts.length);
        for (String text : texts) {
            encoded.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return encoded;
    }

    /** Bytes that {@link #write} will take. */
    static long size(List<byte[]> encoded) {
        long size = (long) LENGTH_BYTES * encoded.size();
        for (byte[] text : encoded) {
            size += text.length;
        }
        return size;
    }

    /** Writes lengths and bytes from the position of {@code target}, which must be little-endian. */
    static void write(List<byte[]> encoded, ByteBuffer target) {
        for (byte[] text : encoded) {
            target.putInt(text.length).put(text);
        }
    }

    private static void requireBasicCharacters(Tensor tensor, int index, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                throw invalid(
                        tensor,
                        String.format(
                                Locale.ROOT,
                                "element %d has the character U+%04X; the text operators of this model take U+0001 to U+FFFF",
                                index,
                                text.codePointAt(i)));
            }
        }
    }

    private static InferenceException invalid(Tensor tensor, String what) {
        return InferenceException.invalidInput("input '" + tensor.name() + "': " + what);
    }
}
