package dev.sluice.state;

import java.time.Instant;

/**
 * One thing that somebody had done.
 *
 * <p>Threading: immutable.
 *
 * @param at when, in whole milliseconds
 * @param actor who, such as {@code control 127.0.0.1}
 * @param operation what, such as {@code label}
 * @param model to which model; empty for all
 * @param detail the rest, in words
 */
public record AuditEntry(Instant at, String actor, String operation, String model, String detail) {
    private static final int TEXT_LENGTH_MAX = 1_000;

    public AuditEntry {
        actor = cut(actor);
        detail = cut(detail);
    }

    private static String cut(String text) {
        return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX);
    }
}
