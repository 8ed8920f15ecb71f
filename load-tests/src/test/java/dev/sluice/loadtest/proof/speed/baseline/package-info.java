@NullMarked
package dev.sluice.loadtest.proof.speed.baseline;

import org.jspecify.annotations.NullMarked;
