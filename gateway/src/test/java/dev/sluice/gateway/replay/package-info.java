@NullMarked
package dev.sluice.gateway.replay;

import org.jspecify.annotations.NullMarked;
