/**
 * {@code prove log-faults}: disks and receivers of the input log fail, and requests do not notice.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.logfaults.LogFaultsCommand} is its command, {@code FaultRun} one fault.
 *
 * <p>Depends on {@code dev.sluice.loadtest}, {@code proof.server} and {@code proof.inputlog}.
 *
 * <p>Threading: faults on the main thread; another runs the load, and receivers have threads of their own.
 */
@NullMarked
package dev.sluice.loadtest.proof.logfaults;

import org.jspecify.annotations.NullMarked;
