package dev.sluice.gateway.replay;

import dev.sluice.canary.inputlog.jsonl.LoggedRecord;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a candidate answers.
 *
 * <p>Threading: immutable.
 *
 * @param server scheme, host and port
 * @param path of the model or version, as it was given; empty where each record's own model is asked
 */
public record CandidateUrl(String server, String path) {
    private static final Pattern PATH = Pattern.compile("/v2/models/([^/]+)(/versions/[^/]+)?");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static CandidateUrl parse(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        String path = String.valueOf(url.getRawPath()).replaceAll("/+$", "");
        boolean known = path.isEmpty() || PATH.matcher(path).matches();
        if (!http || url.getHost() == null || !known || url.getRawQuery() != null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(expected(text));
        }
        return new CandidateUrl(url.getScheme() + "://" + url.getRawAuthority(), path);
    }

    private static String expected(String text) {
        return "--candidate must be MODEL@VERSION, http://HOST:PORT or http://HOST:PORT/v2/models/MODEL[/versions/VERSION],"
                + " got '" + text + "'";
    }

    /** The model that it names; empty where each record's own is asked. */
    public Optional<String> model() {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches()
                ? Optional.of(URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** Where a record's request goes. */
    URI infer(LoggedRecord record) {
        String model =
                URLEncoder.encode(record.model().name(), StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create(server + (path.isEmpty() ? "/v2/models/" + model : path) + "/infer");
    }
}
