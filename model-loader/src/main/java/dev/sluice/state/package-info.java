/**
 * What operators have said and what has served, kept over restarts in one SQLite file.
 *
 * <p>Starting points: {@link dev.sluice.state.StateStore} (reads and writes), {@link dev.sluice.state.SavedModel} (what is known
 * of one model).
 *
 * <p>Depends on the JDK and SQLite only; knows neither loading nor routing.
 *
 * <p>Threading: reading is lock-free; all writing is done by one thread of the store's own.
 */
@NullMarked
package dev.sluice.state;

import org.jspecify.annotations.NullMarked;
