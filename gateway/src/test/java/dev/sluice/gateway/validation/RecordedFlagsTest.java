package dev.sluice.gateway.validation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.inputlog.ChannelOptions;
import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.InputLog;
import dev.sluice.canary.inputlog.LogSink;
import dev.sluice.canary.inputlog.RecordChannel;
import dev.sluice.canary.inputlog.RequestOrigin;
import dev.sluice.canary.inputlog.Sampler;
import dev.sluice.canary.inputlog.WhenFull;
import dev.sluice.canary.inputlog.WindowCounts;
import dev.sluice.canary.routing.Router;
import dev.sluice.gateway.control.RoutePublisher;
import dev.sluice.gateway.pipeline.AdmissionControl;
import dev.sluice.gateway.pipeline.AwaitedLoads;
import dev.sluice.gateway.pipeline.InferenceCall;
import dev.sluice.gateway.pipeline.InferencePipeline;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.loader.execution.ModelRunner;
import dev.sluice.loader.fakes.FakeNanoClock;
import dev.sluice.loader.fakes.FakeRequestLoop;
import dev.sluice.loader.fakes.Tensors;
import dev.sluice.loader.repository.ValidationConfig.Policy;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelRef;
import dev.sluice.model.Shape;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What validation found stands in the records of requests, also of those that it refused. */
class RecordedFlagsTest {
    private final List<String> records = new CopyOnWriteArrayList<>();
    private final List<String> outcomes = new ArrayList<>();

    /** Writes down flags and failures. */
    private final class FlagSink implements LogSink {
        @Override
        public void add(InferenceRecord record) {
            InferenceRecord.Head head = record.head();
            records.add(head.flags() + " " + head.selection().reason().word() + " " + head.failureMessage());
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public int flush() {
            return 0;
        }

        @Override
        public void windowEnded(WindowCounts counts) {}

        @Override
        public void close() {}
    }

    private record Origin(String predictionId) implements RequestOrigin {
        @Override
        public long arrivedNanos() {
            return 0;
        }

        @Override
        public @Nullable String traceId() {
            return null;
        }

        @Override
        public @Nullable String key() {
            return null;
        }
    }

    private void ask(Policy policy, float... values) {
        ChannelOptions options =
                new ChannelOptions(1 << 20, WhenFull.DROP_NEWEST, Duration.ofMillis(1), Duration.ofSeconds(10));
        InputLog log = new InputLog(
                List.of(new RecordChannel(
                        "test", new Sampler(), record -> record, new FlagSink(), options, Clock.systemUTC())),
                Clock.systemUTC());
        try (ValidatedModel model = new ValidatedModel(policy)) {
            model.load();
            model.check();
            model.publish();
            Router router = new Router(Map.of());
            new RoutePublisher(model.fixture.manager, router).publish();
            AwaitedLoads loads = new AwaitedLoads(model.fixture.manager, 1);
            InferencePipeline pipeline = new InferencePipeline(
                    new AdmissionControl(1),
                    router,
                    new Breakers(router, Clock.systemUTC(), loads::begin),
                    model.fixture.manager,
                    loads,
                    new ModelRunner(),
                    (key, nanos, failure) -> {},
                    new ValidatingInspector(model.validators),
                    log);
            FakeRequestLoop loop = new FakeRequestLoop(0, new FakeNanoClock());
            run(requireNonNull(pipeline.open(new ModelRef("m"), new Origin("p"))), model, loop, values);
            loop.tick();
            loop.runUntil(() -> outcomes.size() == 1);
        } finally {
            log.close(Duration.ofSeconds(10));
        }
    }

    private void run(InferenceCall call, ValidatedModel model, FakeRequestLoop loop, float... values) {
        call.run(
                Tensors.request(Tensors.floats(model.fixture.pool, "x", Shape.of(1, values.length), values), "y"),
                loop,
                new InferenceCall.Outcome() {
                    @Override
                    public void answered(InferResponse response) {
                        response.release();
                        outcomes.add("answered");
                    }

                    @Override
                    public void failed(InferenceException failure) {
                        outcomes.add(failure.code() + " " + failure.getMessage());
                    }
                });
    }

    @Test
    void aFlaggedRequestIsAnsweredAndRecorded() {
        ask(Policy.FLAG, 11, Float.NaN);

        assertThat(outcomes).containsExactly("answered");
        assertThat(records).containsExactly("[out_of_range:x] flagged ");
    }

    @Test
    void aRefusedRequestIsRecordedWithItsFlags() {
        ask(Policy.REJECT, 1, Float.POSITIVE_INFINITY, 11);

        String message = "input 'x' row 0, element 1: must be finite, got Infinity";
        assertThat(outcomes).containsExactly("INVALID_INPUT " + message);
        assertThat(records).containsExactly("[not_finite:x, out_of_range:x] flagged " + message);
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "COUNT"})
    void whatIsOnlyCountedIsNotRecorded(Policy policy) {
        ask(policy, 11);

        assertThat(outcomes).containsExactly("answered");
        assertThat(records).isEmpty();
    }
}
