@NullMarked
package dev.sluice.canary.inputlog.parquet;

import org.jspecify.annotations.NullMarked;
