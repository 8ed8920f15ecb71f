package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.FakeInferenceServer;
import io.vertx.core.Vertx;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A server process for the soak's tests: inferences, a metrics page, and, on demand, a leak of direct memory.
 *
 * <p>Arguments: bytes to leak with each inference; 0 for none.
 */
public final class FakeServerMain {
    private FakeServerMain() {}

    public static void main(String[] args) throws Exception {
        int leakBytes = Integer.parseInt(args[0]);
        List<ByteBuffer> leaked = Collections.synchronizedList(new ArrayList<>());
        FakeInferenceServer server = FakeInferenceServer.start((request, number, body) -> {
            if (leakBytes > 0) {
                leaked.add(ByteBuffer.allocateDirect(leakBytes));
            }
            FakeInferenceServer.ok(request);
        });
        int metricsPort = Vertx.vertx()
                .createHttpServer()
                .requestHandler(request -> request.response().end(metrics(leaked.size())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .actualPort();
        System.out.println("a line before it");
        System.out.println("listening http=" + server.url() + " metrics=http://127.0.0.1:" + metricsPort + " pid="
                + ProcessHandle.current().pid());
    }

    private static String metrics(int leaks) {
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return "jvm_memory_used_bytes{area=\"heap\",id=\"all\"} " + heap + "\n"
                + "jvm_buffer_memory_used_bytes{id=\"direct\"} " + direct + "\n"
                + "leaks " + leaks + "\n";
    }
}
