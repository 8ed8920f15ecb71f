@NullMarked
package dev.sluice.loadtest.proof.killlog;

import org.jspecify.annotations.NullMarked;
