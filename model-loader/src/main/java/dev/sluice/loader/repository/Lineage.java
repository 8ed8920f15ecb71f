package dev.sluice.loader.repository;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a version comes from, in its publisher's words.
 *
 * <p>Threading: immutable.
 *
 * @param sourceCommit of the code that trained it
 * @param trainingRun that made it
 * @param dataSha256 hash of the data it learned from; a text like the others, because not everyone hashes the same way
 * @param owner who answers for it
 * @param intendedUse what it was made for
 * @param created when it was made or published
 */
public record Lineage(
        Optional<String> sourceCommit,
        Optional<String> trainingRun,
        Optional<String> dataSha256,
        Optional<String> owner,
        Optional<String> intendedUse,
        Optional<String> created) {
    /** Most characters of one text. */
    public static final int TEXT_LENGTH_MAX = 1024;

    /** Keys in the file, in its order. */
    static final List<String> KEYS =
            List.of("source_commit", "training_run", "data_sha256", "owner", "intended_use", "created");

    /** Nothing is known. */
    public static final Lineage NONE = new Lineage(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Lineage {
        require(KEYS.get(0), sourceCommit);
        require(KEYS.get(1), trainingRun);
        require(KEYS.get(2), dataSha256);
        require(KEYS.get(3), owner);
        require(KEYS.get(4), intendedUse);
        require(KEYS.get(5), created);
    }

    /** The texts that are there by their key in the file, in its order. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        sourceCommit.ifPresent(text -> texts.put(KEYS.get(0), text));
        trainingRun.ifPresent(text -> texts.put(KEYS.get(1), text));
        dataSha256.ifPresent(text -> texts.put(KEYS.get(2), text));
        owner.ifPresent(text -> texts.put(KEYS.get(3), text));
        intendedUse.ifPresent(text -> texts.put(KEYS.get(4), text));
        created.ifPresent(text -> texts.put(KEYS.get(5), text));
        return texts;
    }

    /** The same, with a time where there is none. */
    Lineage withCreated(String time) {
        return new Lineage(
                sourceCommit, trainingRun, dataSha256, owner, intendedUse, Optional.of(created.orElse(time)));
    }

    private static void require(String key, Optional<String> text) {
        int length = text.map(String::length).orElse(1);
        if (length < 1 || length > TEXT_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    key + ": must have between 1 and " + TEXT_LENGTH_MAX + " characters, got " + length);
        }
        if (text.isPresent() && text.get().chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + ": must not hold control characters");
        }
    }
}
