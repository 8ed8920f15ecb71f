/**
 * HTTP/1.1 as the generator needs it: event loops, TLS, and a parser that looks at little more than the status and the
 * end of an answer, because the generator shares its CPUs with what it measures.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.wire.Transport}, {@link dev.sluice.loadtest.wire.ResponseParser}.
 *
 * <p>Depends on Netty only; knows nothing of models, plans and statistics.
 *
 * <p>Threading: a transport is thread-safe; everything that belongs to a connection is confined to its event loop.
 */
@NullMarked
package dev.sluice.loadtest.wire;

import org.jspecify.annotations.NullMarked;
