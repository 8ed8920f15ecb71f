@NullMarked
package dev.sluice.canary.inputlog.table;

import org.jspecify.annotations.NullMarked;
