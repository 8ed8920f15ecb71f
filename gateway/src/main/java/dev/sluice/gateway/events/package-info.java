/**
 * The input log as CloudEvents over HTTP, of the types that KServe's loggers send.
 *
 * <p>Starting points: {@link dev.sluice.gateway.events.CloudEventSink}; {@code EventEncoder} says what stands in an event; the
 * format is described in docs/cloud-events.md.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog}, {@code dev.sluice.protocol} and the JDK's HTTP client; must not depend on
 * Vert.x or on the protocol fronts.
 *
 * <p>Threading: everything is confined to the thread of its channel; the HTTP client has threads of its own, which touch nothing
 * here.
 */
@NullMarked
package dev.sluice.gateway.events;

import org.jspecify.annotations.NullMarked;
