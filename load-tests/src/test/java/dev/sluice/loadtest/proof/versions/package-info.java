@NullMarked
package dev.sluice.loadtest.proof.versions;

import org.jspecify.annotations.NullMarked;
