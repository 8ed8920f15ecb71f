/**
 * Records of the input log as tables: a line for each row of a request, a column for each tensor or feature.
 *
 * <p>Starting points: {@link dev.sluice.canary.inputlog.table.TableSurvey} finds the columns, {@link
 * dev.sluice.canary.inputlog.table.TableRows} fills them, {@link dev.sluice.canary.inputlog.table.TableExport} does both.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog.jsonl}, {@code dev.sluice.model}, {@code dev.sluice.protocol} and
 * jackson-core.
 */
@NullMarked
package dev.sluice.canary.inputlog.table;

import org.jspecify.annotations.NullMarked;
