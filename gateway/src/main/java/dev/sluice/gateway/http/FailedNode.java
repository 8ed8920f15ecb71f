package dev.sluice.gateway.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Of the runtime's text about a failed run, only where in the model it failed: the rest may quote values of the request.
 *
 * <p>Threading: stateless.
 */
final class FailedNode {
    /* Kind and name of a node are the model's. They stand before anything that is of a request. */
    private static final Pattern NODE = Pattern.compile(
            "^(?:Error code - \\w+ - message: )?Non-zero status code returned while running (\\w+) node\\. Name:'([^']*)'");

    private FailedNode() {}

    /** For example {@code Gather node 'lookup'; the runtime's text may quote values and is not logged}. */
    static String of(String text) {
        Matcher node = NODE.matcher(text);
        String where = node.find() ? node.group(1) + " node '" + node.group(2) + "'; " : "";
        return where + "the runtime's text may quote values and is not logged";
    }
}
