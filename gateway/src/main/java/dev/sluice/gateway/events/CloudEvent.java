package dev.sluice.gateway.events;

import java.util.List;

/**
 * One event of CloudEvents 1.0.
 *
 * <p>Threading: immutable; nobody writes to {@code data}.
 *
 * @param attributes required ones and extensions, in the order in which they are written, without {@code datacontenttype}
 * @param contentType of the data
 * @param data as it stands in an HTTP body
 * @param jsonLength bytes of JSON that the data begins with where binary tensors follow; -1 when it is nothing but JSON
 * @see "CloudEvents 1.0.2"
 */
@SuppressWarnings("ArrayRecordComponent") // an event is sent, never compared
record CloudEvent(List<Attribute> attributes, String contentType, byte[] data, int jsonLength) {
    static final String JSON = "application/json";
    static final String OCTETS = "application/octet-stream";

    /**
     * One attribute.
     *
     * @param name lower-case letters and digits
     * @param value in its canonical string form
     * @param literal whether it is of type Boolean or Integer, which JSON has words for
     */
    record Attribute(String name, String value, boolean literal) {}

    CloudEvent {
        attributes = List.copyOf(attributes);
    }

    boolean isJson() {
        return jsonLength < 0;
    }
}
