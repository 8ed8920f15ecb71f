@NullMarked
package dev.sluice.gateway.control;

import org.jspecify.annotations.NullMarked;
