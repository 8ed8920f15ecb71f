package dev.sluice.loadtest.proof.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.loadtest.LoadClock;
import dev.sluice.loadtest.ServerText;
import dev.sluice.loadtest.proof.server.ModelServer;
import dev.sluice.loadtest.proof.versions.GoodVersions;
import dev.sluice.loadtest.proof.versions.NumberedModel;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Publishes one version after the other, good ones and bad ones, and waits for what becomes of each.
 *
 * <p>The last few good versions stay; older ones and all bad ones are removed again, which must do no harm either.
 *
 * <p>Threading: blocking; confined to the main thread.
 */
final class CycleRun {
    private static final int KEPT = 3;
    private static final int PIECES = 4;
    private static final Duration PIECE_PAUSE = Duration.ofMillis(150);
    private static final Duration GIVE_UP = Duration.ofSeconds(10);
    private static final Duration INDEX_POLL = Duration.ofMillis(50);

    private final PublishPlan plan;
    private final Path folder;
    private final NumberedModel model;
    private final GoodVersions good;
    private final ModelServer server;
    private final VersionProbe probe;
    private final LoadClock clock;
    private final long beganNanos;
    private final Deque<Long> kept = new ArrayDeque<>();
    private long version = 1;

    /** @param folder the model's folder, with version 1 */
    CycleRun(
            PublishPlan plan,
            Path folder,
            NumberedModel model,
            GoodVersions good,
            ModelServer server,
            VersionProbe probe,
            LoadClock clock) {
        this.plan = plan;
        this.folder = folder;
        this.model = model;
        this.good = good;
        this.server = server;
        this.probe = probe;
        this.clock = clock;
        beganNanos = clock.nanoTime();
        kept.add(version);
    }

    /** The next version, published like this. */
    Cycle publish(CycleKind kind) throws IOException, InterruptedException {
        version++;
        VersionFolder target = new VersionFolder(folder, version);
        long complete = write(kind, target);
        double atSeconds = (complete - beganNanos) / 1e9;
        Cycle cycle;
        if (kind.isGood()) {
            long seen = probe.awaitVersion(version, GIVE_UP.toNanos());
            cycle = new Cycle(kind, version, atSeconds, seen < 0 ? -1 : Math.max(0, seen - complete), "");
            kept.add(version);
        } else {
            String refusal = awaitRefusal();
            cycle = new Cycle(kind, version, atSeconds, probe.hasSeen(version) ? 0 : -1, refusal);
            target.remove();
        }
        while (kept.size() > KEPT) {
            new VersionFolder(folder, kept.remove()).remove();
        }
        return cycle;
    }

    /** Returns when it was complete, or as complete as it became. */
    private long write(CycleKind kind, VersionFolder target) throws IOException, InterruptedException {
        byte[] onnx = model.version(version);
        return switch (kind) {
            case RENAMED -> {
                good.add(version);
                yield appear(target, onnx, Optional.of(onnx));
            }
            case TRUNCATED -> appear(target, Arrays.copyOf(onnx, onnx.length / 2), Optional.empty());
            case CORRUPT -> appear(target, model.corrupted(version), Optional.of(onnx));
            case FEWER_COLUMNS -> appear(target, model.withFewerColumns(), Optional.of(model.withFewerColumns()));
            case OTHER_TYPE -> appear(target, model.withDoubles(), Optional.of(model.withDoubles()));
            case OTHER_NAME -> appear(target, model.withOtherInput(), Optional.of(model.withOtherInput()));
            case SLOW_MANIFEST -> {
                pieces(target, onnx, PIECES);
                good.add(version);
                long complete = clock.nanoTime();
                target.publishManifest(onnx);
                yield complete;
            }
            case SLOW_ABANDONED -> {
                pieces(target, onnx, PIECES - 1);
                yield clock.nanoTime();
            }
            case SLOW_SETTLING -> {
                target.append(onnx, 0, onnx.length / 2);
                pause(plan.settle().plus(plan.settle()));
                good.add(version);
                target.append(onnx, onnx.length / 2, onnx.length);
                yield clock.nanoTime();
            }
        };
    }

    private long appear(VersionFolder target, byte[] onnx, Optional<byte[]> described) throws IOException {
        target.stage(onnx);
        if (described.isPresent()) {
            target.stageManifest(described.get());
        }
        long complete = clock.nanoTime();
        target.appear();
        return complete;
    }

    /** Writes that many of all pieces, with a pause after each. */
    private void pieces(VersionFolder target, byte[] onnx, int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            target.append(onnx, onnx.length * i / PIECES, onnx.length * (i + 1) / PIECES);
            pause(PIECE_PAUSE);
        }
    }

    /** Waits until the server says why it does not serve the version; empty when it never does. */
    private String awaitRefusal() throws IOException, InterruptedException {
        long end = clock.nanoTime() + GIVE_UP.toNanos();
        while (clock.nanoTime() - end < 0) {
            Optional<JsonNode> entry = server.entry(String.valueOf(folder.getFileName()), version);
            if (entry.isPresent()
                    && entry.get().path("state").asText().equals("UNAVAILABLE")
                    && !entry.get().path("reason").asText().isBlank()) {
                return ServerText.line(entry.get().path("reason").asText());
            }
            pause(INDEX_POLL);
        }
        return "";
    }

    private void pause(Duration time) throws InterruptedException {
        clock.sleepUntil(clock.nanoTime() + time.toNanos());
    }
}
