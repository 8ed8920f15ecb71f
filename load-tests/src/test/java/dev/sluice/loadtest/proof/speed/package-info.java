@NullMarked
package dev.sluice.loadtest.proof.speed;

import org.jspecify.annotations.NullMarked;
