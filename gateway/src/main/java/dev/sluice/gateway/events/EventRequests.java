package dev.sluice.gateway.events;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/**
 * Events as HTTP requests: one event in binary content mode, where attributes are headers and the data is the body, or several
 * as a batch.
 *
 * <p>Threading: immutable.
 *
 * @param url where they are sent
 * @param timeout of one request
 * @see "CloudEvents HTTP protocol binding 1.0.2, sections 3.1 and 3.3"
 */
record EventRequests(URI url, Duration timeout) {
    /** Tells a receiver of the protocol where binary tensors begin, as in a request of the protocol itself. */
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    HttpRequest single(CloudEvent event) {
        HttpRequest.Builder request = post(event.contentType(), event.data());
        for (CloudEvent.Attribute attribute : event.attributes()) {
            request.header("ce-" + attribute.name(), HeaderValues.encode(attribute.value()));
        }
        if (!event.isJson()) {
            request.header(JSON_LENGTH, Integer.toString(event.jsonLength()));
        }
        return request.build();
    }

    HttpRequest batch(byte[] body) {
        return post(EventBatch.CONTENT_TYPE, body).build();
    }

    private HttpRequest.Builder post(String contentType, byte[] body) {
        return HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("user-agent", "sluice")
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }
}
