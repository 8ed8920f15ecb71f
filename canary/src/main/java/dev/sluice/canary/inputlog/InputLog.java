package dev.sluice.canary.inputlog;

import dev.sluice.canary.routing.RouteDecision;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every way in which requests are recorded.
 *
 * <p>A request counts from the moment that it was routed to a version; it is received when it ends. Requests that no version got,
 * because there is none or the server is full, are in the metrics of the data port alone.
 *
 * <p>Threading: thread-safe; called on event loops, and never waits there.
 */
public final class InputLog {
    private final List<RecordChannel> channels;
    private final InstantSource clock;

    public InputLog(List<RecordChannel> channels, InstantSource clock) {
        this.channels = List.copyOf(channels);
        this.clock = clock;
    }

    /** Records nothing. */
    public static InputLog none() {
        return new InputLog(List.of(), InstantSource.system());
    }

    /**
     * Follows a request that is about to run.
     *
     * @param signature of the version that it was routed to, as clients see it
     * @param request its inputs are retained until it has ended; their reference stays the caller's
     * @param flags what validation found in its values
     * @return is told once how it ended; null when no channel wants anything of its model
     */
    public @Nullable RecordDraft begin(
            RouteDecision.Routed route,
            ModelSignature signature,
            ModelConfig config,
            RequestOrigin origin,
            InferRequest request,
            List<String> flags) {
        if (!concerns(config)) {
            return null;
        }
        request.inputs().block().retain();
        return new RecordDraft(this, route, signature, config, origin, request, flags);
    }

    /** A request that was routed and could not be read: it ends here. */
    public void refused(
            RouteDecision.Routed route,
            ModelSignature signature,
            ModelConfig config,
            RequestOrigin origin,
            InferenceException reason) {
        if (concerns(config)) {
            new RecordDraft(this, route, signature, config, origin, null, List.of()).failed(reason);
        }
    }

    /** How each channel is doing. */
    public List<ChannelReport> reports() {
        return channels.stream().map(RecordChannel::report).toList();
    }

    /** Ends all channels one after the other; blocks as long as that takes, {@code timeout} together at most. */
    public void close(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        for (RecordChannel channel : channels) {
            channel.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    List<RecordChannel> channels() {
        return channels;
    }

    InstantSource clock() {
        return clock;
    }

    private boolean concerns(ModelConfig config) {
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i).concerns(config)) {
                return true;
            }
        }
        return false;
    }
}
