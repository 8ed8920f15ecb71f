@NullMarked
package dev.sluice.loadtest.proof.kill;

import org.jspecify.annotations.NullMarked;
