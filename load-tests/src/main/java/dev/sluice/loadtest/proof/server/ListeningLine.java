package dev.sluice.loadtest.proof.server;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server says it can be reached: {@code listening http=http://HOST:PORT
 * metrics=http://HOST:PORT control=http://HOST:PORT pid=PID}, where others may stand before the last.
 *
 * <p>Threading: immutable.
 *
 * @param http base of the data port
 * @param metrics base of the metrics port, without {@code /metrics}
 * @param control base of the control port, or null where there is none
 * @param pid the server's process
 */
public record ListeningLine(URI http, URI metrics, @Nullable URI control, long pid) {
    private static final Pattern FORM = Pattern.compile("listening http=(http://\\S+) metrics=(http://\\S+)"
            + "(?: control=(http://\\S+))? (?:\\S+ )*?pid=(\\d+)(?: .*)?");

    /** The addresses in {@code line}, or nothing when it is another line. */
    public static Optional<ListeningLine> parse(String line) {
        Matcher matcher = FORM.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        @Nullable String control = matcher.group(3);
        return Optional.of(new ListeningLine(
                URI.create(matcher.group(1)),
                URI.create(matcher.group(2)),
                control == null ? null : URI.create(control),
                Long.parseLong(matcher.group(4))));
    }
}
