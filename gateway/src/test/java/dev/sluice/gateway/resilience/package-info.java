@NullMarked
package dev.sluice.gateway.resilience;

import org.jspecify.annotations.NullMarked;
