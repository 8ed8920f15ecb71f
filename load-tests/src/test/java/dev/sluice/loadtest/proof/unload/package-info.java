@NullMarked
package dev.sluice.loadtest.proof.unload;

import org.jspecify.annotations.NullMarked;
