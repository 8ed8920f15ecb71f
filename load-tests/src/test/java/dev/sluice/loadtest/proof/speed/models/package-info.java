@NullMarked
package dev.sluice.loadtest.proof.speed.models;

import org.jspecify.annotations.NullMarked;
