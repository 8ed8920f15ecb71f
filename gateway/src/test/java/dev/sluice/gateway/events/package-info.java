/** Tests of the input log as CloudEvents. */
@NullMarked
package dev.sluice.gateway.events;

import org.jspecify.annotations.NullMarked;
