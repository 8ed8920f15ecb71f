package dev.sluice.loader.repository;

import java.util.List;
import java.util.Optional;

/**
 * A message of protobuf's text format, read without its schema.
 *
 * <p>Threading: immutable.
 *
 * @param fields in the order written; an item of a list is a field of its own
 */
record ProtoMessage(List<Field> fields) {
    ProtoMessage {
        fields = List.copyOf(fields);
    }

    /**
     * One field.
     *
     * @param line 1-based line of its name
     * @param text the value of a field that is no message: string, number or word; else empty
     * @param message the value of a field that is a message
     */
    record Field(String name, int line, String text, Optional<ProtoMessage> message) {
        /** The message, or one without fields. */
        ProtoMessage body() {
            return message.orElseGet(() -> new ProtoMessage(List.of()));
        }
    }

    /** Every field of that name. */
    List<Field> all(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).toList();
    }

    /** The last field of that name: in protobuf the last of a single field wins. */
    Optional<Field> last(String name) {
        return all(name).stream().reduce((first, second) -> second);
    }

    /** The text of the last field of that name, or empty. */
    String text(String name) {
        return last(name).map(Field::text).orElse("");
    }
}
