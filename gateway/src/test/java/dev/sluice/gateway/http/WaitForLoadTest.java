package dev.sluice.gateway.http;

import static dev.sluice.gateway.http.KnownHeadsConnection.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.pipeline.ColdModels;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.protocol.CodecLimits;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a request holds while its model is being loaded. */
class WaitForLoadTest {
    private static final HttpFrontOptions OPTIONS = new HttpFrontOptions(
            "127.0.0.1",
            0,
            1,
            1 << 20,
            1 << 20,
            8192,
            10,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ZERO,
            false,
            false);

    private final ColdModels models = new ColdModels("m");
    private final CodecThreads codecThreads = new CodecThreads(1, 1);
    private final HeapBudget bodies = new HeapBudget(1 << 20);
    private final KnownHeadsConnection connection = new KnownHeadsConnection();
    private final InferHandler infer = new InferHandler(
            models.pipeline(),
            new TensorBodyCodec(models.pool(), CodecLimits.DEFAULT),
            new RowBodyCodec(models.pool(), CodecLimits.DEFAULT),
            codecThreads,
            bodies,
            OPTIONS);

    @AfterEach
    void close() {
        connection.close();
        codecThreads.close();
        models.close();
    }

    @Test
    void isGivenBackWhenTheClientLeavesBeforeTheLoadEnds() {
        connection.taught().predict(infer::handle);
        connection.receive(post("abcd"));
        assertThat(bodies.bytesInUse()).isEqualTo(4);
        assertThat(models.waiting()).isEqualTo(1);

        connection.channel().close().syncUninterruptibly();
        connection.channel().runPendingTasks();

        assertThat(bodies.bytesInUse()).isZero();
        assertThat(models.waiting()).isZero();
        assertThat(models.admitted()).isZero();
        assertThat(models.state("m")).isNotEqualTo(ModelState.READY);
    }
}
