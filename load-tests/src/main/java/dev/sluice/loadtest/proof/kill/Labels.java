package dev.sluice.loadtest.proof.kill;

import dev.sluice.loadtest.proof.server.ModelAnswer;
import dev.sluice.loadtest.proof.server.ModelServer;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A label that is moved between kills: where it was last, by the server's word, it must be after the next start.
 *
 * <p>Threading: confined to the main thread.
 */
final class Labels {
    private static final String LABEL = "kept";

    private final String model;
    private long acknowledged;

    Labels(String model) {
        this.model = model;
    }

    /** Moves the label; nothing where the server has no control port. Returns what is wrong, or null. */
    @Nullable String move(ModelServer server, long version) throws IOException, InterruptedException {
        URI control = server.listening().control();
        if (control == null) {
            return null;
        }
        ModelAnswer answer =
                server.put(control, "/v2/models/" + model + "/labels/" + LABEL, "{\"version\": \"" + version + "\"}");
        if (!answer.ok()) {
            return "the label must move to version " + version + ", which is ready, got " + answer.words();
        }
        acknowledged = version;
        return null;
    }

    /** What is wrong with the label after a start, or null. */
    @Nullable String complaint(ModelServer server) throws IOException, InterruptedException {
        URI control = server.listening().control();
        if (control == null || acknowledged == 0) {
            return null;
        }
        ModelAnswer answer = server.get(control, "/v2/models/" + model + "/labels");
        String version =
                answer.json().path("labels").path(LABEL).path("version").asText();
        return version.equals(Long.toString(acknowledged))
                ? null
                : "the label must be on version " + acknowledged + " after a start, got " + answer.words();
    }

    /** The version that it is on by the server's word; 0 for none. */
    long acknowledged() {
        return acknowledged;
    }
}
