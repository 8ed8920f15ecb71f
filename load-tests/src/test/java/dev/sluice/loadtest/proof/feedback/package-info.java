@NullMarked
package dev.sluice.loadtest.proof.feedback;

import org.jspecify.annotations.NullMarked;
