@NullMarked
package dev.sluice.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
