package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The requests in {@code src/test/resources/events}, as receivers get them. */
final class GoldenEvents {
    private static final String HEX = "0123456789abcdef";

    private GoldenEvents() {}

    /** A request as it stands in a golden file: headers by name, then the body, bytes beyond printable ASCII escaped. */
    static String render(Map<String, String> headers, byte[] body) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(headers)
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        text.append('\n');
        for (byte each : body) {
            if (each >= ' ' && each <= '~' && each != '\\') {
                text.append((char) each);
            } else {
                text.append("\\x").append(HEX.charAt((each >> 4) & 15)).append(HEX.charAt(each & 15));
            }
        }
        return text.append('\n').toString();
    }

    static void assertEqual(String rendered, String file) throws IOException {
        try (InputStream golden = GoldenEvents.class.getResourceAsStream("/events/" + file)) {
            assertThat(golden).as(file).isNotNull();
            assertThat(rendered).as(file).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
