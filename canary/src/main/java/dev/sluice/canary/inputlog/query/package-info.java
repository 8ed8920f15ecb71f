/**
 * Questions about an input log that is already written: which records, how many, how fast.
 *
 * <p>Starting points: {@link dev.sluice.canary.inputlog.query.RecordFilter}, {@link
 * dev.sluice.canary.inputlog.query.LogStatistics}.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog.jsonl}.
 */
@NullMarked
package dev.sluice.canary.inputlog.query;

import org.jspecify.annotations.NullMarked;
