/** Tests of the proofs; {@link dev.sluice.loadtest.proof.FakeServerMain} is the process they start. */
@NullMarked
package dev.sluice.loadtest.proof;

import org.jspecify.annotations.NullMarked;
