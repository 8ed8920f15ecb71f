/**
 * The Open Inference Protocol V2 over HTTP/1 and HTTP/2.
 *
 * <p>Starting points: {@code HttpFront} (listens), {@code Endpoint} (what a path means), {@code InferHandler} (the hot
 * path), {@code HttpErrors} (the one table from error code to status).
 *
 * <p>Depends on {@code pipeline}, {@code control}, {@code dev.sluice.protocol}; must not depend on any other front.
 *
 * <p>Threading: handlers run on event loops; bodies that are large or compressed are read and written on codec threads.
 */
@NullMarked
package dev.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
