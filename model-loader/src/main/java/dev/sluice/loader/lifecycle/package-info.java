/**
 * Which versions are loaded: loading them without hurting those that serve, handing them out, and closing them only when
 * nobody uses them any more.
 *
 * <p>Starting points: {@link dev.sluice.loader.lifecycle.ModelManager} (does it), {@link
 * dev.sluice.loader.lifecycle.ServingSnapshot} (what is there), {@link dev.sluice.loader.lifecycle.ModelHandle} (a borrow),
 * {@link dev.sluice.loader.lifecycle.ModelState}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.repository}, {@code loader.runtime}, {@code loader.verify}, {@code
 * loader.tuning} and {@code loader.batching}.
 *
 * <p>Threading: borrowing is lock-free and may happen on event loops; loads run on load threads, native closes on the unload
 * thread, measurements in service on a thread of their own.
 */
@NullMarked
package dev.sluice.loader.lifecycle;

import org.jspecify.annotations.NullMarked;
