/**
 * Which models and versions should exist: folders and their configuration files, read and never loaded.
 *
 * <p>Starting points: {@link dev.sluice.loader.repository.FolderModelRepository}, {@link
 * dev.sluice.loader.repository.ModelDefinition}, {@link dev.sluice.loader.repository.ModelConfig}, {@link
 * dev.sluice.loader.repository.ModelSettings}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.settings} and the option types of {@code loader.runtime}.
 *
 * <p>Threading: values are immutable; scanning blocks on the file system.
 */
@NullMarked
package dev.sluice.loader.repository;

import org.jspecify.annotations.NullMarked;
