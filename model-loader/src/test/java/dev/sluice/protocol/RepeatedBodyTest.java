package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.InferenceException;
import dev.sluice.model.TensorPool;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder that has read a body before reads the next one as a decoder that has not. */
class RepeatedBodyTest {
    private static final String FIRST =
            "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}],"
                    + "\"outputs\":[{\"name\":\"y\"}],\"parameters\":{\"timeout\":5,\"k\":\"v\"}}";

    private final TensorPool pool = new TensorPool(16 << 20);
    private final InferRequestDecoder used = new InferRequestDecoder(pool, CodecLimits.DEFAULT);

    /** What a body means: the request with its data, or the message of the error. */
    private static String meaning(InferRequestDecoder decoder, String body) {
        // Not at the beginning of the array, as in a buffer that holds more.
        byte[] bytes = ("##" + body + "]}").getBytes(UTF_8);
        DecodedRequest[] decoded = new DecodedRequest[1];
        @Nullable InferenceException failure = catchThrowableOfType(
                InferenceException.class,
                () -> decoded[0] = decoder.decode(bytes, 2, bytes.length - 4, InferRequestDecoder.ALL_JSON));
        if (failure != null) {
            return failure.code() + " " + failure.getMessage();
        }
        try {
            StringBuilder text = new StringBuilder();
            decoded[0]
                    .inputs()
                    .tensors()
                    .forEach(tensor ->
                            text.append(tensor).append(HexFormat.of().formatHex(DecoderFixture.bytes(tensor))));
            return text
                    + decoded[0].id()
                    + decoded[0].parameters()
                    + decoded[0].outputs()
                    + decoded[0].binaryByDefault()
                    + decoded[0].timeoutMicros()
                    + decoded[0].priority();
        } finally {
            decoded[0].release();
        }
    }

    private void requireSameAsNew(String body) {
        InferRequestDecoder fresh = new InferRequestDecoder(pool, CodecLimits.DEFAULT);

        assertThat(meaning(used, body)).isEqualTo(meaning(fresh, body));
        assertThat(pool.bytesInUse()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[4,5,6]",
                " [ 4 , 5e0,\n6 ] ",
                "[[4,5,6]]",
                "[4,5]",
                "[4,5,6,7]",
                "[4,5,\"NaN\"]",
                "[4,5,NaN]",
                "[4,5,1e99]",
                "[4,5,6],\"data\":[7,8,9]",
                "[4,5,6],\"more\":1",
                "[4,5,6",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[4,5,6]",
                "4",
                "null",
                "",
                "{}"
            })
    void otherDataIsReadAsEver(String data) {
        requireSameAsNew(FIRST);
        for (int i = 0; i < 2; i++) {
            requireSameAsNew(FIRST.replace("[1,2,3]", data));
            requireSameAsNew(FIRST.replace("[1,2,3]", "[-1.5,2.25,1e-7]"));
        }
    }

    @Test
    void anyOtherByteIsNoticed() {
        for (int i = 0; i < FIRST.length(); i++) {
            requireSameAsNew(FIRST);
            requireSameAsNew(FIRST.substring(0, i) + '2' + FIRST.substring(i + 1));
            requireSameAsNew(FIRST.substring(0, i) + FIRST.substring(i + 1));
            requireSameAsNew(FIRST.substring(0, i));
            requireSameAsNew(FIRST.substring(0, i) + ' ' + FIRST.substring(i));
        }
    }

    @Test
    void bodiesOfOtherKindsMayComeBetween() {
        String two = "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[1]},"
                + "{\"name\":\"b\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"p\",\"q\"]}]}";
        String dataFirst = "{\"inputs\":[{\"data\":[1,2,3],\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[3]}]}";
        String words = "{\"inputs\":[{\"name\":\"w\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"p\",\"]}]}\"]}]}";
        for (String body : List.of(FIRST, two, FIRST, dataFirst, dataFirst, words, words, FIRST, FIRST)) {
            requireSameAsNew(body);
            requireSameAsNew(body.replace("\"p\"", "\"longer\""));
        }
    }

    @Test
    void longSurroundingsAreNotKept() {
        String body = FIRST.replace("\"7\"", "\"" + "7".repeat(600) + "\"");
        for (int i = 0; i < 3; i++) {
            requireSameAsNew(body);
            requireSameAsNew(body.replace("[1,2,3]", "[4,5,6]"));
        }
    }
}
