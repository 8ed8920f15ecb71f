/**
 * Everything that operators configure, read once at start into immutable records.
 *
 * <p>Starting points: {@link dev.sluice.gateway.config.ConfigReader} (reads), {@link
 * dev.sluice.gateway.config.GatewayConfig} (what was read), {@code ConfigKeys} (every key with its default).
 *
 * <p>Depends on {@code dev.sluice.settings} and, for {@code models.NAME}, on {@code dev.sluice.loader.repository}; must not
 * depend on Vert.x or on any other package of the gateway.
 *
 * <p>Threading: immutable values; reading blocks on the file system and happens on the main thread.
 */
@NullMarked
package dev.sluice.gateway.config;

import org.jspecify.annotations.NullMarked;
