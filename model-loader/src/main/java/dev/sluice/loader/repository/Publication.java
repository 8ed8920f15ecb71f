package dev.sluice.loader.repository;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What to publish, and as what.
 *
 * <p>Threading: immutable.
 *
 * @param repository the folder in which the model's folder lies or will
 * @param model its name
 * @param version its number; empty: one more than the highest that is there
 * @param from the folder with its files
 * @param lineage where it comes from
 */
public record Publication(Path repository, String model, OptionalLong version, Path from, Lineage lineage) {}
