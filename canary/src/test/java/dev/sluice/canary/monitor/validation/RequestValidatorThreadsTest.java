package dev.sluice.canary.monitor.validation;

import static dev.sluice.canary.monitor.validation.Schemas.domain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.monitor.validation.ValidationCounts.Count;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RequestValidatorThreadsTest {
    private static final int THREADS = 4;
    private static final int REQUESTS = 3_000;

    @Test
    void severalThreadsCountEveryValueOnceAndSeeOnlyTheirOwnFindings() throws Exception {
        RequestValidator validator = Schemas.x(DataType.FP32, -1, 2)
                .columns("age", "income")
                .domain("age", domain("min=0 max=120"))
                .domain("income", domain("min=0"))
                .constantRun(100)
                .validator();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            boolean odd = thread % 2 == 1;
            results.add(threads.submit(() -> {
                start.await();
                return inspectAll(validator, odd);
            }));
        }

        start.countDown();

        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        threads.shutdown();
        assertThat(validator.counts().counts())
                .containsExactly(new Count("age", ValidationKind.OUT_OF_RANGE, THREADS / 2L * REQUESTS * 2));
        assertThat(validator.counts().flaggedCount()).isEqualTo(THREADS / 2L * REQUESTS);
        assertThat(validator.counts().passedCount()).isEqualTo(THREADS / 2L * REQUESTS);
    }

    /** Ages never stay the same for long on one thread, though they are the same on all. */
    private static boolean inspectAll(RequestValidator validator, boolean odd) {
        boolean right = true;
        for (int i = 0; i < REQUESTS; i++) {
            double age = (odd ? 200 : 20) + i / 40;
            InferRequest request =
                    Inputs.request(Inputs.numbers("x", DataType.FP32, Shape.of(2, 2), age % 300, i, age % 300, i));
            List<String> expected = odd ? List.of("out_of_range:age") : List.of();
            right &= validator.inspect(request.inputs()).flags().equals(expected);
        }
        return right;
    }
}
