package dev.sluice.canary.inputlog.redaction;

import java.util.Optional;

/**
 * A name in a model's rules that nothing in its records bears.
 *
 * <p>Threading: immutable.
 *
 * @param setting where it stands: {@code log.redact} or {@code log.allow}
 * @param name as it is written there
 * @param suggestion the field that was probably meant
 */
public record UnknownField(String setting, String name, Optional<String> suggestion) {}
