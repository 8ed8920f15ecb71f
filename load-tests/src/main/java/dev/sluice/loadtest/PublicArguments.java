package dev.sluice.loadtest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line as reports may show it: without the values of headers and without the user in the URL, which are secrets as
 * often as not.
 *
 * <p>Threading: stateless.
 */
final class PublicArguments {
    private static final String HEADER = "--header";
    private static final String URL = "--url";
    private static final String HIDDEN = "***";

    private PublicArguments() {}

    /** The arguments with what must stay private replaced. */
    static List<String> of(List<String> arguments) {
        List<String> shown = new ArrayList<>();
        String option = "";
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? "" : argument.substring(0, equals);
            shown.add(
                    name.equals(HEADER) || name.equals(URL)
                            ? name + "=" + shown(name, argument.substring(equals + 1))
                            : shown(option, argument));
            option = argument;
        }
        return shown;
    }

    private static String shown(String option, String value) {
        return switch (option) {
            case HEADER -> value.substring(0, value.indexOf(':') + 1) + " " + HIDDEN;
            case URL -> withoutUserInfo(value);
            default -> value;
        };
    }

    private static String withoutUserInfo(String url) {
        try {
            return withoutUserInfo(new URI(url)).toString();
        } catch (URISyntaxException e) {
            return HIDDEN;
        }
    }

    /** The URL without {@code user:password@}, which no request uses. */
    static URI withoutUserInfo(URI url) {
        String user = url.getRawUserInfo();
        return user == null ? url : URI.create(url.toString().replaceFirst("\\Q" + user + "@\\E", ""));
    }
}
