/** Tests of {@code dev.sluice.loadtest.wire}. */
@NullMarked
package dev.sluice.loadtest.wire;

import org.jspecify.annotations.NullMarked;
