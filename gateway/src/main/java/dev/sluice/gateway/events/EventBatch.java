package dev.sluice.gateway.events;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Events in one body: the JSON batch format.
 *
 * <p>Data that is JSON stands in {@code data} as it is, other data in {@code data_base64}.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "CloudEvents JSON event format 1.0.2, sections 3.1 and 4"
 */
final class EventBatch {
    static final String CONTENT_TYPE = "application/cloudevents-batch+json; charset=UTF-8";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
    private int count;

    void add(CloudEvent event) {
        text(count == 0 ? "[" : ",");
        count++;
        char separator = '{';
        for (CloudEvent.Attribute attribute : event.attributes()) {
            text(separator + "\"" + attribute.name() + "\":");
            separator = ',';
            if (attribute.literal()) {
                text(attribute.value());
            } else {
                string(attribute.value());
            }
        }
        text(",\"datacontenttype\":");
        string(event.contentType());
        if (event.isJson()) {
            text(",\"data\":");
            body.writeBytes(event.data());
        } else {
            text(",\"data_base64\":\"");
            body.writeBytes(Base64.getEncoder().encode(event.data()));
            text("\"");
        }
        text("}");
    }

    int count() {
        return count;
    }

    int byteSize() {
        return body.size();
    }

    /** The whole body. */
    byte[] toByteArray() {
        text("]");
        return body.toByteArray();
    }

    private void string(String value) {
        text("\"");
        // Not at once to UTF-8: that fails where half of a surrogate pair is alone.
        String quoted = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value));
        body.writeBytes(quoted.getBytes(StandardCharsets.UTF_8));
        text("\"");
    }

    private void text(String ascii) {
        body.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
