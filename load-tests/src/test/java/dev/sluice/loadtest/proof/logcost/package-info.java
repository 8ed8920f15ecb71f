@NullMarked
package dev.sluice.loadtest.proof.logcost;

import org.jspecify.annotations.NullMarked;
