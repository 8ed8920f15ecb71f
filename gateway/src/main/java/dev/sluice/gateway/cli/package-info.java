/**
 * The command line: one class a command.
 *
 * <p>Starting points: {@link dev.sluice.gateway.cli.SluiceCommand}.
 *
 * <p>Threading: main thread.
 */
@NullMarked
package dev.sluice.gateway.cli;

import org.jspecify.annotations.NullMarked;
