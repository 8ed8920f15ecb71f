/**
 * {@code prove kill-log}: a server is killed again and again while it records, and nothing that it called logged is lost.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.killlog.KillLogCommand} is its command, {@code KillLogProof} the run.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code proof.server} and {@code proof.inputlog}.
 *
 * <p>Threading: kills on the main thread; another runs the load.
 */
@NullMarked
package dev.sluice.loadtest.proof.killlog;

import org.jspecify.annotations.NullMarked;
