package dev.sluice.loader.verify;

import java.time.Duration;

/**
 * One step of the gate before serving, as it went.
 *
 * <p>Threading: immutable.
 *
 * @param name a word, such as {@code checksum} or {@code golden}
 * @param duration how long it took
 * @param detail what it found, in words; empty where there is nothing to say
 */
public record GateStep(String name, Duration duration, String detail) {}
