/**
 * Tables of the input log as Apache Parquet, for pandas, DuckDB and everything else that reads it.
 *
 * <p>Starting point: {@link dev.sluice.canary.inputlog.parquet.ParquetFormat}; the columns are described in docs/log-cli.md.
 *
 * <p>Depends on {@code dev.sluice.canary.inputlog.table} and parquet-hadoop, whose classes are loaded when a file is written and
 * not before. Nothing of Hadoop runs: no file system, no configuration files, no native codecs.
 */
@NullMarked
package dev.sluice.canary.inputlog.parquet;

import org.jspecify.annotations.NullMarked;
