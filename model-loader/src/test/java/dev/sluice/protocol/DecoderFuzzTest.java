package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged bodies lead to the client's error and to nothing else, and leave no memory behind. */
class DecoderFuzzTest {
    private static final byte[] SPICE = "{}[]\",:\\u0123456789eE+-.tfnaN \u007f".getBytes(UTF_8);

    private final DecoderFixture fixture = new DecoderFixture();
    private final SplittableRandom random = new SplittableRandom(10);

    private byte[] damage(byte[] body) {
        byte[] damaged = body.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(5)) {
                case 0 -> damaged[at] = (byte) random.nextInt();
                case 1 -> damaged[at] = SPICE[random.nextInt(SPICE.length)];
                case 2 -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
                case 3 -> {
                    int length = random.nextInt(Math.min(20, damaged.length - at));
                    System.arraycopy(damaged, random.nextInt(damaged.length - length), damaged, at, length);
                }
                default -> {
                    byte[] longer = Arrays.copyOf(damaged, damaged.length + 1);
                    System.arraycopy(damaged, at, longer, at + 1, damaged.length - at);
                    damaged = longer;
                }
            }
        }
        return damaged;
    }

    @Test
    void leadsToNothingButClientErrorsForInferRequests() {
        byte[] head = json("{'id':'a\\u00e9b','parameters':{'timeout':5,'x':1.5e3,'y':true},'inputs':["
                        + "{'data':[[1,2],[3.25e-2,null]],'name':'x','shape':[2,2],'datatype':'FP32'},"
                        + "{'name':'t','shape':[2],'datatype':'BYTES','data':['\\uD834\\uDD1E','é']},"
                        + "{'name':'b','shape':[3],'datatype':'BOOL','data':[true,0,false]},"
                        + "{'name':'u','shape':[2],'datatype':'UINT64','data':[18446744073709551615,1e3]},"
                        + "{'name':'r','shape':[2],'datatype':'BYTES','parameters':{'binary_data_size':11}}],"
                        + "'outputs':[{'name':'y','parameters':{'binary_data':true,'classification':2}}]}")
                .getBytes(UTF_8);
        byte[] body = DecoderFixture.join(head, DecoderFixture.elements("abc".getBytes(UTF_8), new byte[0]));
        fixture.decoder.decode(body, 0, body.length, head.length).release();

        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = damage(body);
            int jsonLength = random.nextInt(8) == 0 ? -1 : Math.max(0, damaged.length - 11);
            try {
                fixture.decoder.decode(damaged, 0, damaged.length, jsonLength).release();
            } catch (InferenceException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1000);
                refused++;
            }
        }

        assertThat(refused).isBetween(10_000, 19_999);
        assertThat(fixture.pool.bytesInUse()).isZero();
    }

    @Test
    void leadsToNothingButClientErrorsForRows() {
        RowsDecoder decoder = new RowsDecoder(fixture.pool, CodecLimits.DEFAULT);
        RowSchema schema = RowSchema.of(
                DecoderFixture.signature(
                        List.of(
                                DecoderFixture.spec("age", DataType.FP32, -1, 1),
                                DecoderFixture.spec("city", DataType.BYTES, -1),
                                DecoderFixture.spec("count", DataType.INT32, -1)),
                        List.of()),
                List.of());
        byte[] body = json("[{'age':1.5,'city':'\\u00e9a','count':3},{'count':4,'age':null,'city':''}]")
                .getBytes(UTF_8);
        decoder.decode(body, 0, body.length, schema).release();

        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = damage(body);
            try {
                decoder.decode(damaged, 0, damaged.length, schema).release();
            } catch (InferenceException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1000);
                refused++;
            }
        }

        assertThat(refused).isBetween(10_000, 19_999);
        assertThat(fixture.pool.bytesInUse()).isZero();
    }
}
