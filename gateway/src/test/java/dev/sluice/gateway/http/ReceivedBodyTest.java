package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedBodyTest {
    private final HeapBudget budget = new HeapBudget(64 << 20);
    private final ReceivedBody body = new ReceivedBody(budget);

    private byte[] joined() {
        ReceivedBody.Span span = body.join();
        return Arrays.copyOfRange(span.array(), span.offset(), span.offset() + span.length());
    }

    @Test
    void handsTheOnlyPieceOnWithoutACopy() {
        byte[] piece = "all".getBytes(StandardCharsets.US_ASCII);

        body.add(BufferInternal.buffer(Unpooled.wrappedBuffer(piece)));

        assertThat(body.join().array()).isSameAs(piece);
    }

    @Test
    void keepsLittleMoreThanTheBytesOfTinyPieces() {
        int bytes = 4 << 20;
        for (int i = 0; i < bytes; i++) {
            body.add(Buffer.buffer(1).appendByte((byte) i));
        }

        assertThat(body.pieceCount()).isLessThan(bytes / 10_000);
        assertThat(budget.bytesInUse()).isEqualTo(bytes);
        assertThat(joined()).hasSize(bytes).startsWith(0, 1, 2, 3).endsWith(253, 254, 255);
    }

    @Test
    void putsPiecesOfAnySizeTogetherInTheirOrder() {
        Random random = new Random(3);
        Buffer expected = Buffer.buffer();
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[i % 50 == 0 ? random.nextInt(100_000) : random.nextInt(2_000)];
            random.nextBytes(bytes);
            body.add(Buffer.buffer(bytes));
            expected.appendBytes(bytes);
        }

        assertThat(body.length()).isEqualTo(expected.length());
        assertThat(joined()).isEqualTo(expected.getBytes());
    }

    @Test
    void leavesTheBuffersOfOthersAsTheyAre() {
        Buffer first = Buffer.buffer("first");

        body.add(first);
        body.add(Buffer.buffer("second"));

        assertThat(joined()).asString().isEqualTo("firstsecond");
        assertThat(first.toString()).isEqualTo("first");
    }

    @Test
    void givesItsBudgetBack() {
        body.add(Buffer.buffer("gone"));
        body.add(Buffer.buffer("too"));

        body.release();
        body.release();

        assertThat(budget.bytesInUse()).isZero();
    }
}
