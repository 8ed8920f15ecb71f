/** Tests of {@code dev.sluice.loadtest.proof.jmh}. */
@NullMarked
package dev.sluice.loadtest.proof.jmh;

import org.jspecify.annotations.NullMarked;
