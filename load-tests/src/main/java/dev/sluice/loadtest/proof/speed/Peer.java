package dev.sluice.loadtest.proof.speed;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another server of the Open Inference Protocol that runs already and serves the MLP.
 *
 * <p>Threading: immutable.
 *
 * @param name of its column
 * @param base of its data port
 * @param model its name for the MLP
 * @param pid its process, or 0 when it is not known here
 */
record Peer(String name, URI base, String model, long pid) {
    private static final Pattern FORM =
            Pattern.compile("([\\w.-]+)=(http://[^,/]+)/?(?:,model=([^,]+))?(?:,pid=(\\d+))?");

    /**
     * Reads {@code NAME=URL[,model=M][,pid=P]}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static Peer parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a peer must look like NAME=http://HOST:PORT,model=MODEL,pid=PID, got '" + text + "'");
        }
        return new Peer(
                matcher.group(1),
                URI.create(matcher.group(2)),
                matcher.group(3) == null ? "mlp" : matcher.group(3),
                matcher.group(4) == null ? 0 : Long.parseLong(matcher.group(4)));
    }

    Target target(Target like) {
        return new Target(name, base, pid, model, like.body());
    }
}
