/** Tests of {@code dev.sluice.loadtest.report}. */
@NullMarked
package dev.sluice.loadtest.report;

import org.jspecify.annotations.NullMarked;
