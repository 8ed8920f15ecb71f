/**
 * The input log as files of JSON Lines: written in segments, closed by one rename, read back line by line.
 *
 * <p>Starting points: {@link dev.sluice.canary.inputlog.jsonl.LogLine}, {@link
 * dev.sluice.canary.inputlog.jsonl.LoggedRecord}; the format is described in docs/input-log.md.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog}, {@code dev.sluice.model}, {@code dev.sluice.protocol} and Jackson.
 */
@NullMarked
package dev.sluice.canary.inputlog.jsonl;

import org.jspecify.annotations.NullMarked;
