@NullMarked
package dev.sluice.canary.inputlog.redaction;

import org.jspecify.annotations.NullMarked;
