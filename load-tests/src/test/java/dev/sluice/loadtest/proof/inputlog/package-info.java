@NullMarked
package dev.sluice.loadtest.proof.inputlog;

import org.jspecify.annotations.NullMarked;
