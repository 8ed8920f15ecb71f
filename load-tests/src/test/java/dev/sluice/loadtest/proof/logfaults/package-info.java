@NullMarked
package dev.sluice.loadtest.proof.logfaults;

import org.jspecify.annotations.NullMarked;
