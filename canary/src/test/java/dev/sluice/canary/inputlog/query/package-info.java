@NullMarked
package dev.sluice.canary.inputlog.query;

import org.jspecify.annotations.NullMarked;
