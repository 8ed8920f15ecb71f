@NullMarked
package dev.sluice.loadtest.proof.publish;

import org.jspecify.annotations.NullMarked;
