@NullMarked
package dev.sluice.loadtest.proof.server;

import org.jspecify.annotations.NullMarked;
