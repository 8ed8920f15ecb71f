/**
 * Which models and versions should exist: folders and their configuration files, read, watched and added to, never loaded.
 *
 * <p>Starting points: {@link dev.sluice.loader.repository.FolderModelRepository}, {@link
 * dev.sluice.loader.repository.ModelDefinition}, {@link dev.sluice.loader.repository.ModelConfig}, {@link
 * dev.sluice.loader.repository.ModelSettings}, {@link dev.sluice.loader.repository.Publisher}, {@link
 * dev.sluice.loader.repository.RepositoryWatcher}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.settings} and the option types of {@code loader.runtime}.
 *
 * <p>Threading: values are immutable; scanning and publishing block on the file system, watching has a thread of its own.
 */
@NullMarked
package dev.sluice.loader.repository;

import org.jspecify.annotations.NullMarked;
