@NullMarked
package dev.sluice.loadtest.proof.manymodels;

import org.jspecify.annotations.NullMarked;
