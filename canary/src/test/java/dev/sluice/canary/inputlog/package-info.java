@NullMarked
package dev.sluice.canary.inputlog;

import org.jspecify.annotations.NullMarked;
